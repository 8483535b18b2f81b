import { App } from 'antd'
import { useCallback, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { api } from '~/api/client.ts'
import { copyText } from '~/shared/lib/copyText.ts'
import { useDone, useRefused } from '~/shared/lib/useFeedback.ts'
import { firstPhone } from './phones.ts'
import type { SheetView } from './useSheet.ts'

export interface Calls {
  /** Full numbers shown on this sheet, by the id of the telephone. */
  shown: Readonly<Record<string, string>>
  /** The number shown, dialled or copied last: the one that was tried. */
  lastId?: string
  busyId?: string
  /** How many more numbers this person may see today. */
  left?: number
  may: boolean
  reveal: (phoneId: string) => Promise<string | undefined>
  revealFirst: () => void
  /** This number is being called. */
  tried: (phoneId: string) => void
  copy: (phoneId: string, number: string) => Promise<void>
}

/** The numbers of the customer on this sheet: hidden until asked for, for each showing is recorded. */
export function useCalls(view: SheetView): Calls {
  const { t } = useTranslation()
  const { customer, may_call, task } = view
  const [shown, setShown] = useState<Record<string, string>>({})
  const [lastId, setLastId] = useState<string>()
  const [busyId, setBusyId] = useState<string>()
  const [left, setLeft] = useState<number>()
  const reveals = api.useMutation('post', '/api/v1/customers/{id}/reveal')
  const refused = useRefused()
  const done = useDone()
  const { message } = App.useApp()
  const may = customer.can_reveal && may_call && task.status === 'open'
  const claims = api.useMutation('post', '/api/v1/tasks/{id}/claim')
  const { mutateAsync } = reveals
  const { mutateAsync: claim } = claims
  const [free, setFree] = useState(!task.assignee_id)

  const reveal = useCallback(
    async (phoneId: string) => {
      const known = shown[phoneId]
      if (known) setLastId(phoneId)
      if (known || !may) return known
      setBusyId(phoneId)
      try {
        // Who calls takes the task: no colleague calls as well, and the number does not count against the day's limit.
        if (free) {
          await claim({ params: { path: { id: task.id } }, body: { version: task.version } })
          setFree(false)
        }
        const view = await mutateAsync({
          params: { path: { id: customer.id } },
          body: { field: 'phone', item_id: phoneId, reason: task.number },
        })
        setShown((all) => ({ ...all, [phoneId]: view.value }))
        setLeft(view.left_today)
        setLastId(phoneId)
        return view.value
      } catch (error) {
        refused(error)
        return undefined
      } finally {
        setBusyId(undefined)
      }
    },
    [shown, may, free, claim, mutateAsync, customer.id, task.id, task.number, task.version, refused],
  )

  function revealFirst() {
    const first = firstPhone(customer.phones)
    if (first) void reveal(first.id)
  }

  async function copy(phoneId: string, number: string) {
    setLastId(phoneId)
    if (await copyText(number)) done(t('callsheet.customer.copied'))
    else void message.warning(t('callsheet.customer.notCopied'))
  }

  return { shown, lastId, busyId, left, may, reveal, revealFirst, tried: setLastId, copy }
}
