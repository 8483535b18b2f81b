import { useQueryClient } from '@tanstack/react-query'
import { App } from 'antd'
import { useTranslation } from 'react-i18next'
import { api } from '~/api/client.ts'
import { useDone, useRefused } from '~/shared/lib/useFeedback.ts'
import { inputOf } from './form.ts'
import type { PlanView } from './PlansPage.tsx'

/** Pauses a plan (after asking) or lets it run again. */
export function usePause(plan: PlanView): { toggle: (on: boolean) => void; pending: boolean } {
  const { t } = useTranslation()
  const { modal } = App.useApp()
  const queries = useQueryClient()
  const update = api.useMutation('put', '/api/v1/plans/{id}')
  const done = useDone()
  const refused = useRefused()
  const { name } = plan

  async function set(active: boolean) {
    try {
      await update.mutateAsync({ params: { path: { id: plan.id } }, body: { ...inputOf(plan), active } })
      done(t(active ? 'plans.resumedDone' : 'plans.pausedDone', { name }))
    } catch (error) {
      refused(error)
    } finally {
      void queries.invalidateQueries({ queryKey: ['get', '/api/v1/plans'] })
    }
  }

  function toggle(on: boolean) {
    if (on) {
      void set(true)
      return
    }
    void modal.confirm({
      title: t('plans.pause', { name }),
      content: t('plans.pauseBody'),
      okText: t('plans.pauseVerb'),
      cancelText: t('common.cancel'),
      onOk: () => set(false),
    })
  }

  return { toggle, pending: update.isPending }
}
