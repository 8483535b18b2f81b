import { PlusOutlined } from '@ant-design/icons'
import { Link } from '@tanstack/react-router'
import { Button } from 'antd'
import { useTranslation } from 'react-i18next'
import { api } from '~/api/client.ts'
import type { components } from '~/api/schema.gen.ts'
import { Card } from '~/shared/ui/Card.tsx'
import { DataTable, type TableColumn } from '~/shared/ui/DataTable.tsx'
import { EmptyBox } from '~/shared/ui/EmptyBox.tsx'
import { FormDrawer } from '~/shared/ui/FormDrawer.tsx'
import { Loaded } from '~/shared/ui/Loaded.tsx'
import styles from './Settings.module.css'
import { TeamForm } from './TeamForm.tsx'

export type Team = components['schemas']['TeamView']

export interface TeamsCardProps {
  open: string | undefined
  setOpen: (id: string | undefined) => void
  manages: boolean
}

export function TeamsCard({ open, setOpen, manages }: TeamsCardProps) {
  const { t } = useTranslation()
  const teams = api.useQuery('get', '/api/v1/teams')
  const edited = teams.data?.find((team) => team.id === open)
  const close = () => setOpen(undefined)

  const name = (team: Team) =>
    manages ? (
      <Link to="/settings/branches" search={(old) => ({ ...old, team: team.id })} className="lk-strong">
        {team.name}
      </Link>
    ) : (
      team.name
    )
  const columns: TableColumn<Team>[] = [
    { title: t('settings.teams.name'), render: (_, team) => name(team) },
    { title: t('settings.teams.branch'), dataIndex: 'branch_name' },
    { title: t('settings.teams.leader'), render: (_, team) => team.leader_name ?? '—' },
    { title: t('settings.teams.staff'), dataIndex: 'staff_count', width: 90, align: 'right', className: 'lk-num' },
  ]

  return (
    <Card
      flush
      title={t('settings.teams.title')}
      extra={
        manages ? (
          <Button icon={<PlusOutlined />} onClick={() => setOpen('new')}>
            {t('settings.teams.create')}
          </Button>
        ) : null
      }
    >
      <Loaded query={teams}>
        {(data) => (
          <DataTable<Team>
            label={t('settings.teams.title')}
            rows={data}
            rowKey={(team) => team.id}
            columns={columns}
            empty={<EmptyBox words={t('settings.teams.empty')} />}
            card={(team) => (
              <div className={styles.card}>
                {name(team)}
                <div className="lk-muted lk-small">
                  {[team.branch_name, team.leader_name, t('settings.roles.members', { count: team.staff_count })]
                    .filter(Boolean)
                    .join(' · ')}
                </div>
              </div>
            )}
          />
        )}
      </Loaded>
      {manages ? (
        <FormDrawer
          open={open === 'new' || edited !== undefined}
          close={close}
          title={edited ? t('settings.teams.editTitle', { name: edited.name }) : t('settings.teams.create')}
        >
          <TeamForm key={open} team={edited} close={close} />
        </FormDrawer>
      ) : null}
    </Card>
  )
}
