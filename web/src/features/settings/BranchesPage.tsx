import { PlusOutlined } from '@ant-design/icons'
import { getRouteApi } from '@tanstack/react-router'
import { Button, Table, type TableColumnsType } from 'antd'
import { useTranslation } from 'react-i18next'
import { api } from '~/api/client.ts'
import type { components } from '~/api/schema.gen.ts'
import { useCan } from '~/api/session.ts'
import { type BranchNode, branchTree } from '~/shared/lib/branches.ts'
import { useIsMobile } from '~/shared/lib/useMedia.ts'
import { Card } from '~/shared/ui/Card.tsx'
import { EmptyBox } from '~/shared/ui/EmptyBox.tsx'
import { FormDrawer } from '~/shared/ui/FormDrawer.tsx'
import { Loaded } from '~/shared/ui/Loaded.tsx'
import { PageHeader } from '~/shared/ui/PageHeader.tsx'
import { Badge } from './Badge.tsx'
import { BranchCards } from './BranchCards.tsx'
import { BranchForm } from './BranchForm.tsx'
import { BranchLink } from './BranchLink.tsx'
import { TeamsCard } from './TeamsCard.tsx'

export type Branch = components['schemas']['BranchView']

const route = getRouteApi('/_app/settings/branches')

/** Branches (网点) as a tree, and the teams (班组) in them. */
export function BranchesPage() {
  const { t } = useTranslation()
  const can = useCan()
  const mobile = useIsMobile()
  const search = route.useSearch()
  const navigate = route.useNavigate()
  const branches = api.useQuery('get', '/api/v1/branches')
  const manages = can('team.manage')
  const open = (edit: string | undefined) => void navigate({ search: { ...search, edit } })
  const close = () => open(undefined)
  const edited = branches.data?.find((branch) => branch.id === search.edit)

  const columns: TableColumnsType<BranchNode<Branch>> = [
    {
      title: t('settings.branches.name'),
      render: (_, branch) => (manages ? <BranchLink branch={branch} /> : branch.name),
    },
    {
      title: t('settings.branches.kind'),
      width: 100,
      render: (_, branch) => t(`settings.branches.kinds.${branch.kind}`),
    },
    { title: t('settings.branches.code'), width: 110, dataIndex: 'code' },
    { title: t('settings.branches.staff'), width: 80, dataIndex: 'staff_count', align: 'right', className: 'lk-num' },
    {
      title: t('common.status'),
      width: 130,
      render: (_, branch) => (
        <Badge
          tone={branch.active ? 'good' : 'off'}
          words={t(branch.active ? 'settings.branches.active' : 'settings.branches.inactive')}
        />
      ),
    },
  ]

  return (
    <>
      <PageHeader
        title={t('settings.section.branches')}
        sub={t('settings.branches.sub')}
        extra={
          manages ? (
            <Button type="primary" icon={<PlusOutlined />} onClick={() => open('new')}>
              {t('settings.branches.create')}
            </Button>
          ) : null
        }
      />
      <div className="lk-stack">
        <Card flush>
          <Loaded
            query={branches}
            isEmpty={(data) => data.length === 0}
            empty={<EmptyBox words={t('settings.branches.empty')} />}
          >
            {(data) =>
              mobile ? (
                <BranchCards nodes={branchTree(data)} manages={manages} />
              ) : (
                <Table<BranchNode<Branch>>
                  aria-label={t('settings.section.branches')}
                  columns={columns}
                  dataSource={branchTree(data)}
                  rowKey="id"
                  pagination={false}
                  scroll={{ x: 640 }}
                  expandable={{ defaultExpandAllRows: true }}
                />
              )
            }
          </Loaded>
        </Card>
        <TeamsCard
          open={search.team}
          setOpen={(team) => void navigate({ search: { ...search, team } })}
          manages={manages}
        />
      </div>
      {manages ? (
        <FormDrawer
          open={search.edit === 'new' || edited !== undefined}
          close={close}
          title={edited ? t('settings.branches.editTitle', { name: edited.name }) : t('settings.branches.create')}
        >
          <BranchForm key={search.edit} branch={edited} close={close} />
        </FormDrawer>
      ) : null}
    </>
  )
}
