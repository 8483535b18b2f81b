import { useQueryClient } from '@tanstack/react-query'
import { useEffect, useState, useSyncExternalStore } from 'react'
import { api, client } from '~/api/client.ts'
import type { components } from '~/api/schema.gen.ts'
import { Autosave, type SheetState, type Stored } from './autosave.ts'
import { keepBackup, readBackup } from './backup.ts'

export type SheetView = components['schemas']['SheetView']

export function sheetQuery(taskId: string) {
  return api.queryOptions('get', '/api/v1/tasks/{id}', { params: { path: { id: taskId } } })
}

/** The draft of a call sheet, saved as it is written. One per task: give the component the task's id as key. */
export function useSheet(view: SheetView): { autosave: Autosave; state: SheetState } {
  const queries = useQueryClient()
  const taskId = view.task.id
  const [autosave] = useState(() => {
    const path = { id: taskId }
    const { queryKey } = sheetQuery(taskId)
    return new Autosave({ draft: view.draft, version: view.sheet_version }, readBackup(taskId), {
      async save(draft, version) {
        const { data } = await client.PUT('/api/v1/tasks/{id}/sheet', { params: { path }, body: { draft, version } })
        if (!data) throw new TypeError('no answer')
        // The page may be left and come back to before the next question to the server.
        queries.setQueryData<SheetView>(queryKey, (old) => old && { ...old, draft, sheet_version: data.version })
        return data
      },
      async load(): Promise<Stored> {
        const { data } = await client.GET('/api/v1/tasks/{id}', { params: { path } })
        if (!data) throw new TypeError('no answer')
        return { draft: data.draft, version: data.sheet_version }
      },
      keep: (backup) => keepBackup(taskId, backup),
    })
  })
  const state = useSyncExternalStore(autosave.subscribe, autosave.getState)

  useEffect(() => {
    autosave.receive({ draft: view.draft, version: view.sheet_version })
  }, [autosave, view.draft, view.sheet_version])

  useEffect(() => {
    const save = () => void autosave.flush().catch(() => undefined)
    const onHide = () => {
      if (document.visibilityState === 'hidden') save()
    }
    const onUnload = (event: BeforeUnloadEvent) => {
      const { status } = autosave.getState()
      if (status === 'fresh' || status === 'saved') return
      save()
      event.preventDefault()
    }
    autosave.start()
    addEventListener('online', save)
    addEventListener('beforeunload', onUnload)
    document.addEventListener('visibilitychange', onHide)
    return () => {
      removeEventListener('online', save)
      removeEventListener('beforeunload', onUnload)
      document.removeEventListener('visibilitychange', onHide)
      save()
      autosave.stop()
    }
  }, [autosave])

  return { autosave, state }
}
