import { useQueryClient } from '@tanstack/react-query'
import { useRouter } from '@tanstack/react-router'
import { useCallback } from 'react'
import { type Session, sessionQuery } from '~/api/session.ts'

/** After a log-in: the session is known, everything else of the one before is forgotten. */
export function useEnter(): (session: Session, next?: string) => Promise<void> {
  const queries = useQueryClient()
  const router = useRouter()
  return useCallback(
    async (session, next) => {
      queries.removeQueries({ type: 'inactive' })
      queries.setQueryData(sessionQuery().queryKey, session)
      router.history.push(next ?? '/')
    },
    [queries, router],
  )
}
