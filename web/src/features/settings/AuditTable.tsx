import { Link } from '@tanstack/react-router'
import { Button, Drawer } from 'antd'
import { type ReactNode, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { components } from '~/api/schema.gen.ts'
import { wordsOf } from '~/i18n/i18n.ts'
import { instant, local } from '~/shared/lib/dates.ts'
import { useIsMobile } from '~/shared/lib/useMedia.ts'
import { DataTable, type More, type TableColumn } from '~/shared/ui/DataTable.tsx'
import { actionName } from './auditWords.ts'
import { changes } from './diff.ts'
import styles from './Settings.module.css'

export type AuditEntry = components['schemas']['AuditEntry']

export interface AuditTableProps {
  rows: AuditEntry[]
  more: More
  empty: ReactNode
}

export function AuditTable({ rows, more, empty }: AuditTableProps) {
  const { t } = useTranslation()
  const mobile = useIsMobile()
  const [shown, setShown] = useState<AuditEntry>()

  const kind = (entry: AuditEntry) => wordsOf(`settings.audit.kind.${entry.subject_kind}`) ?? entry.subject_kind
  const subject = (entry: AuditEntry) => {
    const words = [kind(entry), entry.subject_label].filter(Boolean).join(' · ')
    if (!entry.subject_id) return words
    return (
      <Link
        to="/settings/audit"
        search={(old) => ({ ...old, kind: entry.subject_kind, subject: entry.subject_id ?? undefined })}
      >
        {words}
      </Link>
    )
  }
  const details = (entry: AuditEntry) => (
    <Button size="small" aria-label={t('settings.audit.detailsOf', { seq: entry.seq })} onClick={() => setShown(entry)}>
      {t('settings.audit.details')}
    </Button>
  )

  const columns: TableColumn<AuditEntry>[] = [
    {
      title: t('settings.audit.at'),
      width: 190,
      className: 'lk-num',
      render: (_, entry) => local(entry.at).format('YYYY-MM-DD HH:mm:ss'),
    },
    { title: t('settings.audit.who'), width: 130, dataIndex: 'actor_name' },
    { title: t('settings.audit.action'), render: (_, entry) => actionName(entry.action) },
    { title: t('settings.audit.subject'), render: (_, entry) => subject(entry) },
    { title: t('settings.audit.via'), width: 110, render: (_, entry) => t(`settings.audit.viaOf.${entry.via}`) },
    { title: t('settings.audit.seq'), width: 90, dataIndex: 'seq', align: 'right', className: 'lk-num' },
    {
      title: <span className="lk-sr">{t('settings.audit.details')}</span>,
      width: 90,
      render: (_, entry) => details(entry),
    },
  ]

  return (
    <>
      <DataTable<AuditEntry>
        label={t('settings.section.audit')}
        rows={rows}
        rowKey={(entry) => String(entry.seq)}
        columns={columns}
        minWidth={960}
        height={600}
        more={more}
        empty={empty}
        card={(entry) => (
          <div className={styles.card}>
            <div className={styles.cardHead}>
              <span className="lk-strong">{actionName(entry.action)}</span>
              {details(entry)}
            </div>
            <div>{subject(entry)}</div>
            <div className="lk-muted lk-small lk-num">
              {instant(entry.at)} · {entry.actor_name} · {t(`settings.audit.viaOf.${entry.via}`)}
            </div>
          </div>
        )}
      />
      <Drawer
        open={shown !== undefined}
        onClose={() => setShown(undefined)}
        size={mobile ? '100%' : 560}
        title={t('settings.audit.detailsOf', { seq: shown?.seq })}
      >
        {shown ? <Details entry={shown} /> : null}
      </Drawer>
    </>
  )
}

function Details({ entry }: { entry: AuditEntry }) {
  const { t } = useTranslation()
  const rows = changes(entry.before, entry.after)
  return (
    <div className="lk-stack">
      <div>
        <div className="lk-strong">{actionName(entry.action)}</div>
        <div className="lk-muted lk-num">
          {local(entry.at).format('YYYY-MM-DD HH:mm:ss')} · {entry.actor_name} ·{' '}
          {t(`settings.audit.viaOf.${entry.via}`)}
        </div>
      </div>
      {rows.length === 0 ? (
        <p className="lk-muted">{t('settings.audit.noDetails')}</p>
      ) : (
        <table className={styles.diff}>
          <thead>
            <tr>
              <th scope="col">{t('settings.audit.field')}</th>
              <th scope="col">{t('settings.audit.before')}</th>
              <th scope="col">{t('settings.audit.after')}</th>
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <tr key={row.field}>
                <td className={styles.code}>{row.field}</td>
                <td>{row.before}</td>
                <td>{row.after}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      <div>
        <div className="lk-muted lk-small">{t('settings.audit.hash')}</div>
        <div className={styles.code}>{entry.hash}</div>
      </div>
    </div>
  )
}
