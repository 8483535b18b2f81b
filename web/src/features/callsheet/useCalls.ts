import { useCallback, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { api } from '~/api/client.ts'
import { useDone, useRefused } from '~/shared/lib/useFeedback.ts'
import type { SheetView } from './useSheet.ts'

export interface Calls {
  /** Full numbers shown on this sheet, by the id of the telephone. */
  shown: Readonly<Record<string, string>>
  /** The number shown last: the one that was dialled. */
  lastId?: string
  busyId?: string
  /** How many more numbers this person may see today. */
  left?: number
  may: boolean
  reveal: (phoneId: string) => Promise<string | undefined>
  revealFirst: () => void
  copy: (number: string) => void
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
  const may = customer.can_reveal && may_call && task.status === 'open'
  const { mutateAsync } = reveals

  const reveal = useCallback(
    async (phoneId: string) => {
      const known = shown[phoneId]
      if (known || !may) return known
      setBusyId(phoneId)
      try {
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
    [shown, may, mutateAsync, customer.id, task.number, refused],
  )

  function revealFirst() {
    const usable = customer.phones.filter((phone) => !phone.do_not_use)
    const first = usable.find((phone) => phone.primary) ?? usable[0]
    if (first) void reveal(first.id)
  }

  function copy(number: string) {
    void navigator.clipboard?.writeText(number).then(() => done(t('callsheet.customer.copied')))
  }

  return { shown, lastId, busyId, left, may, reveal, revealFirst, copy }
}
