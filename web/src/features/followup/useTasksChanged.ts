import { useQueryClient } from '@tanstack/react-query'
import { useCallback } from 'react'

const STALE = ['/api/v1/today', '/api/v1/tasks', '/api/v1/customers', '/api/v1/slips']

/** After a change of one's own: what is shown of tasks is asked for again, without waiting for the events. */
export function useTasksChanged(): () => void {
  const queries = useQueryClient()
  return useCallback(() => {
    void queries.invalidateQueries({
      predicate: ({ queryKey }) => {
        const path = queryKey[1]
        return typeof path === 'string' && STALE.some((start) => path.startsWith(start))
      },
    })
  }, [queries])
}
