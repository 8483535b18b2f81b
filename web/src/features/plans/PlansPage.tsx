import { PlayCircleOutlined, PlusOutlined } from '@ant-design/icons'
import { getRouteApi, useNavigate } from '@tanstack/react-router'
import { Button } from 'antd'
import { useTranslation } from 'react-i18next'
import { api } from '~/api/client.ts'
import type { components } from '~/api/schema.gen.ts'
import { useCan } from '~/api/session.ts'
import { useDone, useRefused } from '~/shared/lib/useFeedback.ts'
import { Card } from '~/shared/ui/Card.tsx'
import { ConfirmButton } from '~/shared/ui/ConfirmButton.tsx'
import { EmptyBox } from '~/shared/ui/EmptyBox.tsx'
import { Loaded } from '~/shared/ui/Loaded.tsx'
import { PageHeader } from '~/shared/ui/PageHeader.tsx'
import { PlanDrawer } from './PlanDrawer.tsx'
import { PlansTable } from './PlansTable.tsx'

export type PlanView = components['schemas']['PlanView']

const route = getRouteApi('/_app/plans')

/** Follow-up plans (回访计划): what turns customers into tasks every day. */
export function PlansPage() {
  const { t } = useTranslation()
  const can = useCan()
  const navigate = useNavigate()
  const { plan: open } = route.useSearch()
  const query = api.useQuery('get', '/api/v1/plans')
  const run = api.useMutation('post', '/api/v1/plans/run')
  const done = useDone()
  const refused = useRefused()
  const may = can('followup.plan')
  const show = (plan: string | undefined) => void navigate({ to: '/plans', search: { plan } })

  async function runNow() {
    try {
      await run.mutateAsync({})
      done(t('plans.runDone'))
    } catch (error) {
      refused(error)
    }
  }

  const create = (
    <Button type="primary" icon={<PlusOutlined />} onClick={() => show('new')}>
      {t('plans.new')}
    </Button>
  )
  const editing = query.data?.find((plan) => plan.id === open)
  return (
    <>
      <PageHeader
        title={t('plans.title')}
        sub={t('plans.sub')}
        extra={
          may ? (
            <>
              <ConfirmButton
                icon={<PlayCircleOutlined />}
                title={t('plans.runTitle')}
                body={t('plans.runBody')}
                verb={t('plans.run')}
                act={runNow}
              >
                {t('plans.run')}
              </ConfirmButton>
              {create}
            </>
          ) : undefined
        }
      />
      <Card flush>
        <Loaded
          query={query}
          isEmpty={(plans) => plans.length === 0}
          empty={<EmptyBox words={t('plans.empty')}>{may ? create : null}</EmptyBox>}
        >
          {(plans) => <PlansTable plans={plans} may={may} edit={show} />}
        </Loaded>
      </Card>
      {may && (open === 'new' || editing) ? (
        <PlanDrawer key={open} plan={editing} close={() => show(undefined)} />
      ) : null}
    </>
  )
}
