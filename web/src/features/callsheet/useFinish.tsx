import { useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { App, Button } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { api } from '~/api/client.ts'
import { asProblem, fieldWords } from '~/api/problem.ts'
import type { components } from '~/api/schema.gen.ts'
import { useCan } from '~/api/session.ts'
import { instantShort } from '~/shared/lib/dates.ts'
import { explainWords, type Outcome, outcomeWords } from '~/shared/lib/followupWords.ts'
import { useRefused } from '~/shared/lib/useFeedback.ts'
import type { Autosave } from './autosave.ts'
import styles from './useFinish.module.css'
import type { SheetView } from './useSheet.ts'

type FinishView = components['schemas']['FinishView']

/** The details of an outcome that are not part of the draft. */
export interface Finish {
  outcome: Outcome
  callAgainAt?: number
  phoneId?: string
  raiseSlip: boolean
  slipSatisfied?: boolean
}

/** Ends the contact with its outcome, says what follows, and goes on to the next one. */
export function useFinish(view: SheetView, autosave: Autosave) {
  const { t } = useTranslation()
  const { message, notification } = App.useApp()
  const navigate = useNavigate()
  const queries = useQueryClient()
  const can = useCan()
  const refused = useRefused()
  const finish = api.useMutation('post', '/api/v1/tasks/{id}/finish')
  const reopen = api.useMutation('post', '/api/v1/tasks/{id}/reopen')
  const [busy, setBusy] = useState(false)
  const path = { id: view.task.id }

  function stale() {
    void queries.invalidateQueries({
      predicate: ({ queryKey }) =>
        typeof queryKey[1] === 'string' && /\/(today|tasks|slips|customers)/.test(queryKey[1]),
    })
  }

  async function undo(done: FinishView) {
    notification.destroy('finished')
    try {
      const body = { reason: t('callsheet.finished.undoReason'), version: done.task.version }
      await reopen.mutateAsync({ params: { path }, body })
      stale()
      await navigate({ to: '/tasks/$taskId', params: { taskId: done.task.id } })
    } catch (error) {
      refused(error)
    }
  }

  function tell(done: FinishView, outcome: Outcome) {
    const next = explainWords(done.next, done.next_at ? { time: instantShort(done.next_at) } : {})
    notification.success({
      key: 'finished',
      placement: 'topRight',
      duration: 8,
      className: styles.told,
      title: t('callsheet.finished.title', { name: view.customer.name, outcome: outcomeWords(outcome) }),
      description: [next, done.next_task_id ? '' : t('callsheet.finished.none')]
        .filter(Boolean)
        .join(t('common.semicolon')),
      actions:
        can('followup.assign') && done.task.status !== 'open' ? (
          <Button size="small" onClick={() => void undo(done)}>
            {t('callsheet.finished.undo')}
          </Button>
        ) : undefined,
    })
  }

  async function run(input: Finish) {
    setBusy(true)
    try {
      // Everything typed is safe before the outcome is sent; the version is then the server's own.
      await autosave.flush()
      const done = await finish.mutateAsync({
        params: { path },
        body: {
          outcome: input.outcome,
          draft: autosave.getState().draft,
          version: autosave.version,
          call_again_at: input.callAgainAt ?? null,
          phone_id: input.phoneId ?? null,
          raise_slip: input.raiseSlip,
          slip_satisfied: input.slipSatisfied ?? null,
        },
      })
      autosave.finish()
      tell(done, input.outcome)
      if (done.next_task_id) await navigate({ to: '/tasks/$taskId', params: { taskId: done.next_task_id } })
      else await navigate({ to: '/today' })
      stale()
    } catch (error) {
      const problem = asProblem(error)
      if (problem.status === 409) {
        await autosave.reload().catch(() => undefined)
        stale()
      }
      if (problem.fields.length > 0) message.error(problem.fields.map(fieldWords).join(t('common.semicolon')))
      else refused(error)
    } finally {
      setBusy(false)
    }
  }

  return { run, busy }
}
