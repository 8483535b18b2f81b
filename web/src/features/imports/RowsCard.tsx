import { keepPreviousData } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import { Segmented } from 'antd'
import { useTranslation } from 'react-i18next'
import { api } from '~/api/client.ts'
import type { components } from '~/api/schema.gen.ts'
import { count } from '~/shared/lib/money.ts'
import { moreOf, pages, rowsOf } from '~/shared/lib/pages.ts'
import { Card } from '~/shared/ui/Card.tsx'
import { DataTable, type TableColumn } from '~/shared/ui/DataTable.tsx'
import { EmptyBox } from '~/shared/ui/EmptyBox.tsx'
import { Loaded } from '~/shared/ui/Loaded.tsx'
import { OUTCOMES, type Outcome, oneOf } from './codes.ts'
import styles from './RowsCard.module.css'
import { outcomeWords, reasonWords } from './words.ts'

type Row = components['schemas']['ImportRowView']

export interface RowsCardProps {
  importId: string
  counts: components['schemas']['ImportCounts']
  outcome: Outcome | undefined
}

const MARKS = { create: '＋', update: '↻', skip: '–', refuse: '✕' } as const

/** Lines by what they do, each with its reason in words. */
export function RowsCard({ importId, counts, outcome }: RowsCardProps) {
  const { t } = useTranslation()
  const navigate = useNavigate()
  // What went wrong is looked at first.
  const first = (['refuse', 'create', 'update', 'skip'] as const).find((each) => counts[each] > 0)
  const shown = outcome ?? first ?? 'create'
  const list = api.useInfiniteQuery(
    'get',
    '/api/v1/imports/{id}/rows',
    { params: { path: { id: importId }, query: { outcome: shown } } },
    { ...pages, placeholderData: keepPreviousData },
  )
  return (
    <Card
      flush
      title={t('imports.rows.title')}
      extra={
        <div className={styles.kinds}>
          <Segmented
            aria-label={t('imports.rows.filter')}
            value={shown}
            onChange={(value) =>
              void navigate({
                to: '/imports/$importId',
                params: { importId },
                search: { outcome: oneOf(OUTCOMES, value) },
                replace: true,
              })
            }
            options={OUTCOMES.map((each) => ({
              value: each,
              label: t('imports.rows.of', { outcome: t(`imports.outcome.${each}`), number: count(counts[each]) }),
            }))}
          />
        </div>
      }
    >
      <Loaded
        query={list}
        skeleton={6}
        isEmpty={(data) => rowsOf(data).length === 0}
        empty={<EmptyBox words={t('imports.rows.none')} />}
      >
        {(data) => <Rows rows={rowsOf(data)} more={moreOf(list)} />}
      </Loaded>
      {shown !== 'refuse' ? <p className={styles.note}>{t('imports.rows.examples')}</p> : null}
    </Card>
  )
}

function Rows({ rows, more }: { rows: Row[]; more: ReturnType<typeof moreOf> }) {
  const { t } = useTranslation()
  const outcome = (row: Row) => {
    const known = oneOf(OUTCOMES, row.outcome)
    return (
      <span className={`${styles.outcome} ${known ? styles[known] : ''}`}>
        <span aria-hidden="true">{known ? MARKS[known] : ''}</span> {outcomeWords(row.outcome)}
      </span>
    )
  }
  const reason = (row: Row) => (row.reason ? reasonWords(t, row.reason) : '')
  const customer = (row: Row) =>
    row.customer_id ? (
      <Link to="/customers/$customerId" params={{ customerId: row.customer_id }} target="_blank">
        {t('imports.rows.customer')}
        <span className="lk-sr">{row.summary}</span>
      </Link>
    ) : null
  const columns: TableColumn<Row>[] = [
    { title: t('imports.rows.outcome'), width: 110, render: (_, row) => outcome(row) },
    {
      title: t('imports.rows.line'),
      width: 90,
      align: 'right',
      className: 'lk-num',
      render: (_, row) => count(row.line),
    },
    { title: t('imports.rows.summary'), ellipsis: true, render: (_, row) => row.summary },
    { title: t('imports.rows.reason'), render: (_, row) => reason(row) },
    { title: <span className="lk-sr">{t('common.actions')}</span>, width: 110, render: (_, row) => customer(row) },
  ]
  return (
    <DataTable<Row>
      label={t('imports.rows.title')}
      rows={rows}
      rowKey={(row) => String(row.line)}
      columns={columns}
      minWidth={820}
      more={more}
      card={(row) => (
        <div className={styles.card}>
          <div className={styles.head}>
            <span className="lk-num lk-muted">{t('imports.rows.lineNo', { line: count(row.line) })}</span>
            {outcome(row)}
          </div>
          <div>{row.summary}</div>
          {row.reason ? <div className="lk-muted">{reason(row)}</div> : null}
          {customer(row)}
        </div>
      )}
    />
  )
}
