import { PlusOutlined } from '@ant-design/icons'
import { getRouteApi, Link } from '@tanstack/react-router'
import { Button, Tag } from 'antd'
import { useTranslation } from 'react-i18next'
import { api } from '~/api/client.ts'
import type { components } from '~/api/schema.gen.ts'
import { useCan } from '~/api/session.ts'
import { Card } from '~/shared/ui/Card.tsx'
import { DataTable, type TableColumn } from '~/shared/ui/DataTable.tsx'
import { FormDrawer } from '~/shared/ui/FormDrawer.tsx'
import { Loaded } from '~/shared/ui/Loaded.tsx'
import { PageHeader } from '~/shared/ui/PageHeader.tsx'
import { RoleForm } from './RoleForm.tsx'
import styles from './Settings.module.css'
import { roleName } from './words.ts'

export type Role = components['schemas']['RoleView']

const route = getRouteApi('/_app/settings/roles')
const COPY = 'copy:'

/** Roles (角色): what may be done and whose data is seen. */
export function RolesPage() {
  const { t } = useTranslation()
  const can = useCan()
  const { edit } = route.useSearch()
  const navigate = route.useNavigate()
  const roles = api.useQuery('get', '/api/v1/roles')
  const manages = can('role.manage')
  const open = (id: string | undefined) => void navigate({ search: { edit: id } })
  const close = () => open(undefined)

  const name = (role: Role) => (
    <span className="lk-row">
      <Link to="/settings/roles" search={{ edit: role.id }} className="lk-strong">
        {roleName(role)}
      </Link>
      {role.builtin ? <Tag>{t('settings.roles.builtin')}</Tag> : null}
    </span>
  )
  const columns: TableColumn<Role>[] = [
    { title: t('settings.roles.name'), render: (_, role) => name(role) },
    { title: t('settings.roles.code'), dataIndex: 'code', className: styles.code },
    { title: t('settings.roles.scope'), render: (_, role) => t(`settings.roles.scopes.${role.scope}`) },
    {
      title: t('settings.roles.permissions'),
      align: 'right',
      className: 'lk-num',
      render: (_, role) => role.permissions.length,
    },
    { title: t('settings.branches.staff'), dataIndex: 'staff_count', align: 'right', className: 'lk-num' },
  ]

  return (
    <>
      <PageHeader
        title={t('settings.section.roles')}
        sub={t('settings.roles.sub')}
        extra={
          manages ? (
            <Button type="primary" icon={<PlusOutlined />} onClick={() => open('new')}>
              {t('settings.roles.create')}
            </Button>
          ) : null
        }
      />
      <Card flush>
        <Loaded query={roles}>
          {(data) => (
            <DataTable<Role>
              label={t('settings.section.roles')}
              rows={data}
              rowKey={(role) => role.id}
              columns={columns}
              card={(role) => (
                <div className={styles.card}>
                  {name(role)}
                  <div className="lk-muted lk-small">
                    {t(`settings.roles.scopes.${role.scope}`)} ·{' '}
                    {t('settings.tokens.scopes', { count: role.permissions.length })} ·{' '}
                    {t('settings.roles.members', { count: role.staff_count })}
                  </div>
                </div>
              )}
            />
          )}
        </Loaded>
      </Card>
      <RoleDrawer edit={edit} roles={roles.data} manages={manages} close={close} copy={(id) => open(COPY + id)} />
    </>
  )
}

interface RoleDrawerProps {
  edit: string | undefined
  roles: Role[] | undefined
  manages: boolean
  close: () => void
  copy: (id: string) => void
}

function RoleDrawer({ edit, roles, manages, close, copy }: RoleDrawerProps) {
  const { t } = useTranslation()
  const source = roles?.find((role) => role.id === edit?.replace(COPY, ''))
  const copying = edit?.startsWith(COPY) ?? false
  const name = source ? roleName(source) : ''
  let title = t('settings.roles.create')
  if (source) title = copying ? t('settings.roles.copyTitle', { name }) : t('settings.roles.viewTitle', { name })
  return (
    <FormDrawer open={edit !== undefined && roles !== undefined} close={close} title={title} width={640}>
      <RoleForm
        key={edit}
        source={source}
        copying={copying || edit === 'new'}
        manages={manages}
        close={close}
        copy={copy}
      />
    </FormDrawer>
  )
}
