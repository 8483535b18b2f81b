import { Link } from '@tanstack/react-router'
import { Segmented } from 'antd'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { lasting } from '~/shared/lib/lasting.ts'
import { count } from '~/shared/lib/money.ts'
import { mark, percent } from '~/shared/lib/ratio.ts'
import { Card } from '~/shared/ui/Card.tsx'
import { DataTable, type TableColumn } from '~/shared/ui/DataTable.tsx'
import { EmptyBox } from '~/shared/ui/EmptyBox.tsx'
import { groupWords, type Rates } from './figures.ts'
import styles from './Rates.module.css'
import { BY, type By, type FigureCode, type RatesSearch } from './search.ts'
import { TooLittle } from './TooLittle.tsx'

type Group = Rates['groups'][number]

export interface GroupsProps {
  view: Rates
  search: RatesSearch
  onBy: (by: By) => void
}

interface Column {
  key: keyof typeof FIGURE_OF
  width: number
  show: (group: Group) => string
  /** How many cases stand behind a rate. */
  n?: (group: Group) => number
}

/** Which rows stand behind a column. */
const FIGURE_OF = {
  due: 'due',
  reached: 'reached',
  followup_rate: 'followup_rate',
  satisfied_rate: 'satisfied_rate',
  mean: 'satisfied_rate',
  n: 'satisfied_rate',
  slips_open: 'slips_open',
  slips_overdue: 'slips_overdue',
  slips_closed: 'slips_closed',
  loop: 'loop_time',
} as const satisfies Record<string, FigureCode>

/** The figures by branch, person, day, week or month; every number leads to its rows. */
export function Groups({ view, search, onBy }: GroupsProps) {
  const { t } = useTranslation()
  const { by } = view
  const label = (group: Group) => groupWords(t, by, group, view)
  const columns: Column[] = [
    { key: 'due', width: 88, show: (group) => count(group.due) },
    { key: 'reached', width: 88, show: (group) => count(group.reached) },
    {
      key: 'followup_rate',
      width: 128,
      show: (group) => percent(group.followup_rate_bp),
      n: (group) => group.due,
    },
    {
      key: 'satisfied_rate',
      width: 128,
      show: (group) => percent(group.satisfied_rate_bp),
      n: (group) => group.satisfaction_n,
    },
    { key: 'mean', width: 88, show: (group) => mark(group.mean_x100) },
    { key: 'n', width: 80, show: (group) => count(group.satisfaction_n) },
    { key: 'slips_open', width: 72, show: (group) => count(group.slips_open) },
    { key: 'slips_overdue', width: 72, show: (group) => count(group.slips_overdue) },
    { key: 'slips_closed', width: 72, show: (group) => count(group.slips_closed) },
    { key: 'loop', width: 128, show: (group) => lasting(t, group.loop_ms), n: (group) => group.slips_closed },
  ]

  const cell = (group: Group, column: Column): ReactNode => {
    const words = column.show(group)
    if (words === '0' || words === '—') return <span className={styles.zero}>{words}</span>
    const n = column.n?.(group)
    const few = n !== undefined && n < view.min_n ? <TooLittle n={n} min={view.min_n} short /> : null
    // Rows that nobody has taken have no name to ask for.
    if (group.key === '')
      return (
        <span className={styles.cell}>
          {few} {words}
        </span>
      )
    const title = t('rates.groups.rows', { figure: t(`rates.groups.${column.key}`), group: label(group) })
    return (
      <span className={styles.cell}>
        {few}{' '}
        <Link
          to="/rates"
          search={{ ...search, by, figure: FIGURE_OF[column.key], factor: undefined, group: group.key }}
          resetScroll={false}
          title={title}
          className={column.key === 'slips_overdue' ? styles.late : undefined}
        >
          {words}
        </Link>
      </span>
    )
  }

  const table: TableColumn<Group>[] = [
    { title: t(`rates.byHead.${by}`), render: (_, group) => <span className="lk-strong">{label(group)}</span> },
    ...columns.map((column) => ({
      title: t(`rates.groups.${column.key}`),
      key: column.key,
      width: column.width,
      align: 'right' as const,
      className: 'lk-num',
      render: (_: unknown, group: Group) => cell(group, column),
    })),
  ]

  return (
    <Card
      flush
      className={styles.groups}
      title={t('rates.groups.title')}
      extra={
        <div className={styles.by}>
          <Segmented
            aria-label={t('rates.byLabel')}
            value={by}
            options={BY.map((value) => ({ value, label: t(`rates.by.${value}`) }))}
            onChange={onBy}
          />
        </div>
      }
    >
      <DataTable<Group>
        label={t('rates.groups.title')}
        rows={view.groups}
        rowKey={(group) => group.key}
        columns={table}
        minWidth={1080}
        empty={<EmptyBox words={t('rates.groups.empty')} />}
        card={(group) => (
          <div className={styles.card}>
            <span className="lk-strong">{label(group)}</span>
            <dl className={styles.pairs}>
              {columns.map((column) => (
                <div key={column.key}>
                  <dt>{t(`rates.groups.${column.key}`)}</dt>
                  <dd>{cell(group, column)}</dd>
                </div>
              ))}
            </dl>
          </div>
        )}
      />
    </Card>
  )
}
