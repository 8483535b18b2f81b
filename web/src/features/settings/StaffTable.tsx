import { Link } from '@tanstack/react-router'
import { Tag } from 'antd'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { components } from '~/api/schema.gen.ts'
import { instant } from '~/shared/lib/dates.ts'
import { DataTable, type More, type TableColumn } from '~/shared/ui/DataTable.tsx'
import { Badge } from './Badge.tsx'
import styles from './Settings.module.css'
import { StaffActions } from './StaffActions.tsx'
import type { Invited } from './UsersPage.tsx'
import { roleName } from './words.ts'

export type StaffRow = components['schemas']['StaffRow']

export interface StaffTableProps {
  rows: StaffRow[]
  more: More
  manages: boolean
  onInvited: (invited: Invited) => void
  empty: ReactNode
}

export function StaffTable({ rows, more, manages, onInvited, empty }: StaffTableProps) {
  const { t } = useTranslation()

  const status = (row: StaffRow) => {
    if (!row.active) return <Badge tone="off" words={t('settings.users.status.inactive')} />
    if (!row.has_password) return <Badge tone="wait" words={t('settings.users.status.invited')} />
    return <Badge tone="good" words={t('settings.users.status.active')} />
  }
  const roles = (row: StaffRow) => row.roles.map((role) => <Tag key={role.id}>{roleName(role)}</Tag>)
  const actions = (row: StaffRow) => <StaffActions row={row} onInvited={onInvited} />
  const name = (row: StaffRow) =>
    manages ? (
      <Link to="/settings/users" search={(old) => ({ ...old, edit: row.id })} className="lk-strong">
        {row.name}
      </Link>
    ) : (
      <span className="lk-strong">{row.name}</span>
    )
  const last = (row: StaffRow) => (row.last_login_at ? instant(row.last_login_at) : t('settings.users.never'))

  const columns: TableColumn<StaffRow>[] = [
    { title: t('common.status'), width: 120, render: (_, row) => status(row) },
    { title: t('settings.users.person'), render: (_, row) => name(row) },
    { title: t('settings.users.login'), dataIndex: 'login' },
    {
      title: t('settings.users.branch'),
      render: (_, row) => [row.branch_name, row.team_name].filter(Boolean).join(' · '),
    },
    { title: t('settings.users.roles'), render: (_, row) => <div className="lk-row">{roles(row)}</div> },
    { title: t('settings.users.lastLogin'), width: 170, className: 'lk-num', render: (_, row) => last(row) },
    ...(manages
      ? [
          {
            title: <span className="lk-sr">{t('common.actions')}</span>,
            width: 80,
            render: (_: unknown, row: StaffRow) => actions(row),
          },
        ]
      : []),
  ]

  return (
    <DataTable<StaffRow>
      label={t('settings.section.users')}
      rows={rows}
      rowKey={(row) => row.id}
      columns={columns}
      minWidth={820}
      more={more}
      empty={empty}
      card={(row) => (
        <div className={styles.card}>
          <div className={styles.cardHead}>
            {name(row)}
            {manages ? actions(row) : null}
          </div>
          <div className="lk-row">
            {status(row)}
            {roles(row)}
          </div>
          <div className="lk-muted lk-small">
            {[row.login, row.branch_name, row.team_name].filter(Boolean).join(' · ')}
          </div>
          <div className="lk-muted lk-small">
            {t('settings.users.lastLogin')} {last(row)}
          </div>
        </div>
      )}
    />
  )
}
