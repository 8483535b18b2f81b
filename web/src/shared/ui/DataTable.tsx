import { Button, type TableColumnType } from 'antd'
import { lazy, type ReactNode, Suspense, useDeferredValue } from 'react'
import { useTranslation } from 'react-i18next'
import { useIsMobile } from '~/shared/lib/useMedia.ts'
import styles from './DataTable.module.css'
import { EmptyBox } from './EmptyBox.tsx'

// antd's table is only needed for hundreds of rows, and heavier than everything else on most pages.
const VirtualTable = lazy(() => import('./VirtualTable.tsx').then((file) => ({ default: file.VirtualTable })))

/**
 * From this many rows on only those in sight are drawn. Below, every row is there: `j` and `k` reach them all, the browser finds
 * words in them and prints them, and a few hundred cost it little.
 */
const MANY = 300
/** Rows that the first look shows; those below the edge of the screen follow once these can be read. */
const FIRST = 15
/** Height of the scrolling part when none is given, px. */
const HEIGHT = 640

type Part = 'key' | 'width' | 'align' | 'className' | 'ellipsis' | 'render'

/** A column: `render(value, row)`, or the field that `dataIndex` names. */
export interface TableColumn<Row> extends Pick<TableColumnType<Row>, Part> {
  title: ReactNode
  dataIndex?: keyof Row & string
}

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
  columns: TableColumn<Row>[]
  /** The same row as a card under 820 px. */
  card: (row: Row) => ReactNode
  more?: More
  /** Words and the next step when there are no rows. */
  empty?: ReactNode
  /** Widest need of the columns, px; narrower screens scroll inside the table. */
  minWidth?: number
  /** Height of the scrolling part when there are too many rows to draw them all. */
  height?: number
}

/** The one table of the product; on small screens a list of cards takes its place. */
export function DataTable<Row extends object>(props: DataTableProps<Row>) {
  const { label, rowKey, columns, card, more, empty, minWidth = 720, height = HEIGHT } = props
  const rows = useDeferredValue(props.rows, props.rows.slice(0, FIRST))
  const mobile = useIsMobile()
  const { t } = useTranslation()
  if (rows.length === 0) return <>{empty ?? <EmptyBox />}</>
  const plain = <PlainTable label={label} rows={rows} rowKey={rowKey} columns={columns} minWidth={minWidth} />
  return (
    <>
      {mobile ? (
        <ul className={styles.cards} aria-label={label}>
          {rows.map((row) => (
            <li key={rowKey(row)}>{card(row)}</li>
          ))}
        </ul>
      ) : rows.length > MANY ? (
        <Suspense fallback={plain}>
          <VirtualTable
            label={label}
            rows={rows}
            rowKey={rowKey as (row: object) => string}
            columns={columns as unknown as TableColumn<object>[]}
            minWidth={minWidth}
            height={height}
          />
        </Suspense>
      ) : (
        plain
      )}
      {more?.has ? (
        <div className={styles.foot}>
          <Button onClick={more.load} loading={more.loading}>
            {t('common.more')}
          </Button>
        </div>
      ) : null}
    </>
  )
}

/** Every row, as the browser draws tables. */
function PlainTable<Row extends object>(
  props: Pick<DataTableProps<Row>, 'label' | 'rows' | 'rowKey' | 'columns' | 'minWidth'>,
) {
  const { label, rows, rowKey, columns, minWidth } = props
  const keyOf = (column: TableColumn<Row>) => String(column.key ?? column.dataIndex)
  const classOf = ({ className, align, ellipsis }: TableColumn<Row>) =>
    [className, align === 'right' ? styles.right : '', ellipsis ? styles.ellipsis : ''].filter(Boolean).join(' ') ||
    undefined
  return (
    <div className={styles.scroll}>
      <table className={styles.table} style={{ minWidth }} aria-label={label}>
        <colgroup>
          {columns.map((column) => (
            <col key={keyOf(column)} style={{ width: column.width }} />
          ))}
        </colgroup>
        <thead>
          <tr>
            {columns.map((column) => (
              <th key={keyOf(column)} scope="col" className={column.align === 'right' ? styles.right : undefined}>
                {column.title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row, index) => (
            <tr key={rowKey(row)}>
              {columns.map((column) => {
                const value = column.dataIndex === undefined ? undefined : row[column.dataIndex]
                return (
                  <td key={keyOf(column)} className={classOf(column)}>
                    {column.render ? (column.render(value, row, index) as ReactNode) : (value as ReactNode)}
                  </td>
                )
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}
