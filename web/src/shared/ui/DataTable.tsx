import { Button, Table, type TableColumnsType } from 'antd'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { useIsMobile } from '~/shared/lib/useIsMobile.ts'
import styles from './DataTable.module.css'
import { EmptyBox } from './EmptyBox.tsx'

/** The next page by cursor; `moreOf(query)` makes it from an infinite query. */
export interface More {
  has: boolean
  loading: boolean
  load: () => void
}

export interface DataTableProps<Row extends object> {
  /** What the table is about, read out. */
  label: string
  rows: readonly Row[]
  rowKey: (row: Row) => string
  /** First: why it is urgent; last: the one action. Numbers: `align: 'right', className: 'lk-num'`. */
  columns: TableColumnsType<Row>
  /** The same row as a card under 820 px. */
  card: (row: Row) => ReactNode
  more?: More
  /** Words and the next step when there are no rows. */
  empty?: ReactNode
  /** Widest need of the columns, px; narrower screens scroll inside the table. */
  minWidth?: number
  /** Height of the scrolling part; above 100 rows it is drawn virtually. */
  height?: number
  selection?: { keys: string[]; onChange: (keys: string[]) => void }
  /** A CSS class per row. */
  rowClass?: (row: Row) => string
}

/** The one table of the product; on small screens a list of cards takes its place. */
export function DataTable<Row extends object>(props: DataTableProps<Row>) {
  const { label, rows, rowKey, columns, card, more, empty, minWidth = 720, height, selection, rowClass } = props
  const mobile = useIsMobile()
  const { t } = useTranslation()
  const foot = more?.has ? (
    <div className={styles.foot}>
      <Button onClick={more.load} loading={more.loading}>
        {t('common.more')}
      </Button>
    </div>
  ) : null

  if (rows.length === 0) return <>{empty ?? <EmptyBox />}</>
  if (mobile) {
    return (
      <>
        <ul className={styles.cards} aria-label={label}>
          {rows.map((row) => (
            <li key={rowKey(row)}>{card(row)}</li>
          ))}
        </ul>
        {foot}
      </>
    )
  }
  const virtual = rows.length > 100 && height !== undefined
  return (
    <>
      <Table<Row>
        className={styles.table}
        aria-label={label}
        columns={columns}
        dataSource={rows as Row[]}
        rowKey={rowKey}
        pagination={false}
        virtual={virtual}
        rowClassName={rowClass}
        scroll={virtual ? { x: minWidth, y: height } : { x: minWidth }}
        rowSelection={
          selection
            ? { selectedRowKeys: selection.keys, onChange: (keys) => selection.onChange(keys.map(String)) }
            : undefined
        }
      />
      {foot}
    </>
  )
}
