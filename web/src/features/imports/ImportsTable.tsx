import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { instant } from '~/shared/lib/dates.ts'
import { count } from '~/shared/lib/money.ts'
import { rowLink } from '~/shared/lib/rowKeys.ts'
import { DataTable, type More, type TableColumn } from '~/shared/ui/DataTable.tsx'
import styles from './ImportsTable.module.css'
import type { ImportView } from './mapping.ts'
import { StatusTag } from './StatusTag.tsx'
import { kindWords } from './words.ts'

/** Imports, newest first; one that was left goes on where it stands. */
export function ImportsTable({ rows, more }: { rows: ImportView[]; more: More }) {
  const { t } = useTranslation()
  const number = (pick: (row: ImportView) => number) => ({
    width: 88,
    align: 'right' as const,
    className: 'lk-num',
    render: (_: unknown, row: ImportView) => (row.counts.rows > 0 ? count(pick(row)) : '—'),
  })
  const columns: TableColumn<ImportView>[] = [
    {
      title: t('common.status'),
      width: 150,
      render: (_, row) => <StatusTag status={row.status} progressBp={row.progress_bp} />,
    },
    {
      title: t('imports.column.file'),
      ellipsis: true,
      render: (_, row) => (
        <Link to="/imports/$importId" params={{ importId: row.id }} className="lk-strong" {...rowLink}>
          {row.file_name}
        </Link>
      ),
    },
    { title: t('imports.column.kind'), width: 120, render: (_, row) => kindWords(row.kind) },
    { title: t('imports.count.rows'), ...number((row) => row.counts.rows) },
    { title: t('imports.outcome.create'), ...number((row) => row.counts.create) },
    { title: t('imports.outcome.update'), ...number((row) => row.counts.update) },
    { title: t('imports.outcome.refuse'), ...number((row) => row.counts.refuse) },
    { title: t('imports.column.by'), width: 110, ellipsis: true, render: (_, row) => row.created_by_name },
    { title: t('common.time'), width: 172, className: 'lk-num', render: (_, row) => instant(row.created_at) },
  ]
  return (
    <DataTable<ImportView>
      label={t('imports.history')}
      rows={rows}
      rowKey={(row) => row.id}
      columns={columns}
      minWidth={1080}
      more={more}
      card={(row) => (
        <Link to="/imports/$importId" params={{ importId: row.id }} className={styles.card} {...rowLink}>
          <span className={styles.head}>
            <span className="lk-strong">{row.file_name}</span>
            <StatusTag status={row.status} progressBp={row.progress_bp} />
          </span>
          <span className="lk-muted lk-small">
            {[kindWords(row.kind), instant(row.created_at), row.created_by_name].join(' · ')}
          </span>
          {row.counts.rows > 0 ? (
            <span className="lk-muted lk-small lk-num">
              {t('imports.summary', {
                create: count(row.counts.create),
                update: count(row.counts.update),
                refuse: count(row.counts.refuse),
              })}
            </span>
          ) : null}
        </Link>
      )}
    />
  )
}
