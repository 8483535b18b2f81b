import { useQueryClient } from '@tanstack/react-query'
import { api } from '~/api/client.ts'
import { useRefused } from '~/shared/lib/useFeedback.ts'
import type { ImportView } from './mapping.ts'
import { importKey } from './useMapping.ts'

export interface ImportActs {
  check: () => Promise<boolean>
  run: () => Promise<boolean>
  cancel: () => Promise<boolean>
  pending: boolean
}

/** Check, run and stop an import. Each says whether it was done; a refusal has been shown. */
export function useImportActs(view: ImportView): ImportActs {
  const queries = useQueryClient()
  const refused = useRefused()
  const check = api.useMutation('post', '/api/v1/imports/{id}/check')
  const run = api.useMutation('post', '/api/v1/imports/{id}/run')
  const cancel = api.useMutation('post', '/api/v1/imports/{id}/cancel')
  const params = { path: { id: view.id } }
  const body = { version: view.version }

  async function act(sent: Promise<ImportView>): Promise<boolean> {
    try {
      queries.setQueryData(importKey(view.id), await sent)
      void queries.invalidateQueries({ queryKey: ['get', '/api/v1/imports/{id}/rows'] })
      void queries.invalidateQueries({ queryKey: ['get', '/api/v1/imports'] })
      return true
    } catch (error) {
      refused(error)
      void queries.invalidateQueries({ queryKey: importKey(view.id) })
      return false
    }
  }

  return {
    check: () => act(check.mutateAsync({ params, body })),
    run: () => act(run.mutateAsync({ params, body })),
    cancel: () => act(cancel.mutateAsync({ params })),
    pending: check.isPending || run.isPending || cancel.isPending,
  }
}
