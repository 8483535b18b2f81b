import { useQueryClient } from '@tanstack/react-query'
import { useRef, useState } from 'react'
import { api } from '~/api/client.ts'
import { useRefused } from '~/shared/lib/useFeedback.ts'
import { applied, type Change, type ImportView, mappingOf } from './mapping.ts'

/** Where the answers about one import are kept. */
export function importKey(id: string) {
  return ['get', '/api/v1/imports/{id}', { params: { path: { id } } }] as const
}

export interface Mapping {
  change: (change: Change) => void
  /** Changes that the server has not yet. */
  saving: boolean
}

/** Sends each choice at once, one after the other: what is on the screen is on the server. */
export function useMapping(id: string): Mapping {
  const queries = useQueryClient()
  const refused = useRefused()
  const put = api.useMutation('put', '/api/v1/imports/{id}')
  const chain = useRef<Promise<void>>(Promise.resolve())
  const waiting = useRef<Change[]>([])
  const [saving, setSaving] = useState(false)
  const key = importKey(id)

  async function send(change: Change) {
    // A change that came while an earlier one failed has gone with it.
    if (!waiting.current.includes(change)) return
    const now = queries.getQueryData<ImportView>(key)
    if (!now) return
    try {
      const stored = await put.mutateAsync({
        params: { path: { id } },
        body: mappingOf(now, change.type === 'reading'),
      })
      waiting.current = waiting.current.filter((each) => each !== change)
      queries.setQueryData<ImportView>(key, waiting.current.reduce(applied, stored))
    } catch (error) {
      waiting.current = []
      refused(error)
      await queries.invalidateQueries({ queryKey: key })
    }
    setSaving(waiting.current.length > 0)
  }

  function change(next: Change) {
    waiting.current = [...waiting.current, next]
    setSaving(true)
    void queries.cancelQueries({ queryKey: key })
    queries.setQueryData<ImportView>(key, (old) => (old ? applied(old, next) : old))
    chain.current = chain.current.then(() => send(next))
  }

  return { change, saving }
}
