import { PlusOutlined } from '@ant-design/icons'
import { keepPreviousData } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { Button, Input, Segmented, Select } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { api } from '~/api/client.ts'
import type { components } from '~/api/schema.gen.ts'
import { useCan } from '~/api/session.ts'
import { instant } from '~/shared/lib/dates.ts'
import { moreOf, pages, rowsOf } from '~/shared/lib/pages.ts'
import { BranchSelect } from '~/shared/ui/BranchSelect.tsx'
import { Card } from '~/shared/ui/Card.tsx'
import { EmptyBox } from '~/shared/ui/EmptyBox.tsx'
import { Loaded } from '~/shared/ui/Loaded.tsx'
import { OneTimeSecret } from '~/shared/ui/OneTimeSecret.tsx'
import { PageHeader } from '~/shared/ui/PageHeader.tsx'
import styles from './Settings.module.css'
import { StaffDrawer } from './StaffDrawer.tsx'
import { StaffTable } from './StaffTable.tsx'
import type { UsersSearch } from './search.ts'
import { roleName } from './words.ts'

export type Invited = components['schemas']['StaffInvited']

const route = getRouteApi('/_app/settings/users')

/** People who work with the product (员工). */
export function UsersPage() {
  const { t } = useTranslation()
  const can = useCan()
  const search = route.useSearch()
  const navigate = route.useNavigate()
  const [invited, setInvited] = useState<Invited>()
  const roles = api.useQuery('get', '/api/v1/roles', {}, { staleTime: 60_000 })
  const query = { q: search.q, branch_id: search.branch, role_id: search.role, active: search.active }
  const staff = api.useInfiniteQuery(
    'get',
    '/api/v1/staff',
    { params: { query } },
    { ...pages, placeholderData: keepPreviousData },
  )
  const set = (part: Partial<UsersSearch>) => void navigate({ search: (old) => ({ ...old, ...part }), replace: true })
  const filtered = Boolean(search.q || search.branch || search.role || search.active !== undefined)
  const manages = can('team.manage')

  return (
    <>
      <PageHeader
        title={t('settings.section.users')}
        sub={t('settings.users.sub')}
        extra={
          manages ? (
            <Button
              type="primary"
              icon={<PlusOutlined />}
              onClick={() => void navigate({ search: { ...search, edit: 'new' } })}
            >
              {t('settings.users.invite')}
            </Button>
          ) : null
        }
      />
      <Card flush>
        <search className="lk-toolbar">
          <Input.Search
            className={styles.search}
            defaultValue={search.q}
            key={search.q ?? ''}
            allowClear
            maxLength={60}
            placeholder={t('settings.users.searchPlaceholder')}
            aria-label={t('settings.users.searchPlaceholder')}
            onSearch={(q) => set({ q: q.trim() || undefined })}
          />
          <BranchSelect
            className={styles.select}
            value={search.branch}
            onChange={(branch) => set({ branch })}
            placeholder={t('settings.users.anyBranch')}
            aria-label={t('settings.users.branch')}
          />
          <Select
            className={styles.select}
            value={search.role}
            onChange={(role: string | undefined) => set({ role })}
            allowClear
            placeholder={t('settings.users.anyRole')}
            aria-label={t('settings.users.roles')}
            options={(roles.data ?? []).map((role) => ({ value: role.id, label: roleName(role) }))}
          />
          <Segmented
            aria-label={t('common.status')}
            value={search.active === undefined ? 'all' : search.active ? 'yes' : 'no'}
            onChange={(value) => set({ active: value === 'all' ? undefined : value === 'yes' })}
            options={(['all', 'yes', 'no'] as const).map((value) => ({
              value,
              label: t(`settings.users.active.${value}`),
            }))}
          />
        </search>
        <Loaded query={staff} skeleton={8}>
          {(data) => (
            <StaffTable
              rows={rowsOf(data)}
              more={moreOf(staff)}
              manages={manages}
              onInvited={setInvited}
              empty={
                <EmptyBox words={filtered ? t('common.emptyFiltered') : t('settings.users.empty')}>
                  {filtered ? <Button onClick={() => void navigate({ search: {} })}>{t('common.reset')}</Button> : null}
                </EmptyBox>
              }
            />
          )}
        </Loaded>
      </Card>
      {manages ? (
        <StaffDrawer
          id={search.edit}
          close={() => void navigate({ search: { ...search, edit: undefined } })}
          onInvited={setInvited}
        />
      ) : null}
      <OneTimeSecret
        title={t('settings.users.linkTitle', { name: invited?.staff.name })}
        words={t('settings.users.linkWords', { time: instant(invited?.expires_at) })}
        secret={invited?.link}
        close={() => setInvited(undefined)}
      />
    </>
  )
}
