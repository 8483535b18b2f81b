import type { InfiniteData } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import type { components } from '~/api/schema.gen.ts'
import { useCan } from '~/api/session.ts'
import { wordsOf } from '~/i18n/i18n.ts'
import { instant } from '~/shared/lib/dates.ts'
import { outcomeWords, scoresWords } from '~/shared/lib/followupWords.ts'
import { lasting } from '~/shared/lib/lasting.ts'
import { moreOf, rowsOf } from '~/shared/lib/pages.ts'
import { DataTable, type TableColumn } from '~/shared/ui/DataTable.tsx'
import { EmptyBox } from '~/shared/ui/EmptyBox.tsx'
import { SlipStateTag } from '~/shared/ui/SlipStateTag.tsx'
import styles from './Rates.module.css'

type Row = components['schemas']['RateRow']
type SlipState = components['schemas']['SlipRow']['state']
type Data = InfiniteData<components['schemas']['Page_RateRow'], unknown>

const SLIP_STATES: readonly SlipState[] = ['raised', 'answered', 'countersigned', 'closed']

/** What kind of thing stands behind a figure decides what its rows show. */
export function kindOf(figure: string): 'due' | 'answered' | 'raised' {
  if (figure.startsWith('slips_') || figure === 'reopen_rate' || figure === 'loop_time') return 'raised'
  return figure === 'satisfied_rate' || figure === 'factor' ? 'answered' : 'due'
}

export interface RowsTableProps {
  data: Data
  query: Parameters<typeof moreOf<Row>>[0]
  figure: string
}

export function RowsTable({ data, query, figure }: RowsTableProps) {
  const { t } = useTranslation()
  const can = useCan()
  const kind = kindOf(figure)

  const customer = (row: Row) =>
    can('customer.read') ? (
      <Link to="/customers/$customerId" params={{ customerId: row.customer_id }} className="lk-strong">
        {row.customer_name}
      </Link>
    ) : (
      <span className="lk-strong">{row.customer_name}</span>
    )
  const number = (row: Row) => {
    if (row.slip_id && can('slip.read'))
      return (
        <Link to="/slips/$slipId" params={{ slipId: row.slip_id }}>
          {row.number}
        </Link>
      )
    if (!row.slip_id && row.task_id && can('followup.read'))
      return (
        <Link to="/tasks/$taskId" params={{ taskId: row.task_id }}>
          {row.number}
        </Link>
      )
    return row.number
  }
  const result = (row: Row) => <Result row={row} />
  const time = t(`rates.rows.time.${kind}`)

  const columns: TableColumn<Row>[] = [
    { title: time, width: 160, className: `lk-num ${styles.nowrap}`, render: (_, row) => instant(row.at) },
    { title: t('rates.rows.customer'), width: 128, render: (_, row) => customer(row) },
    { title: t('rates.rows.number'), width: 160, className: 'lk-num', render: (_, row) => number(row) },
    {
      title: t(
        kind === 'answered' ? 'rates.rows.scores' : kind === 'raised' ? 'rates.rows.state' : 'rates.rows.result',
      ),
      render: (_, row) => result(row),
    },
    ...(kind === 'raised'
      ? [
          {
            title: t('rates.rows.loop'),
            width: 112,
            align: 'right' as const,
            className: 'lk-num',
            render: (_: unknown, row: Row) => lasting(t, row.loop_ms),
          },
        ]
      : []),
    { title: t('rates.rows.staff'), width: 96, render: (_, row) => row.staff_name ?? '—' },
    { title: t('rates.rows.branch'), dataIndex: 'branch_name', width: 136 },
  ]

  return (
    <div className={styles.rows}>
      <DataTable<Row>
        label={t('rates.rows.title', { figure: '' }).trim()}
        rows={rowsOf(data)}
        rowKey={(row) => row.id}
        columns={columns}
        more={moreOf(query)}
        minWidth={860}
        empty={<EmptyBox words={t('rates.rows.empty')} />}
        card={(row) => (
          <div className={styles.card}>
            <span className={styles.cardHead}>
              {customer(row)}
              {number(row)}
            </span>
            {result(row)}
            <span className="lk-muted lk-small">
              {[
                `${time} ${instant(row.at)}`,
                row.staff_name,
                row.branch_name,
                kind === 'raised' && row.loop_ms ? lasting(t, row.loop_ms) : undefined,
              ]
                .filter(Boolean)
                .join(' · ')}
            </span>
          </div>
        )}
      />
    </div>
  )
}

/** Scores, the state of a slip, or how the call ended. */
function Result({ row }: { row: Row }) {
  const { t } = useTranslation()
  const slip = row.slip_id ? SLIP_STATES.find((state) => state === row.state) : undefined
  if (slip) return <SlipStateTag state={slip} />
  if (row.scores) return scoresWords(t, row.scores)
  if (row.outcome) return outcomeWords(row.outcome)
  return row.state ? (wordsOf(`followup.taskStatus.${row.state}`) ?? row.state) : '—'
}
