import { api } from './client.ts'
import type { components } from './schema.gen.ts'

export type Session = components['schemas']['SessionView']

export const sessionQuery = () => api.queryOptions('get', '/api/v1/session', {}, { staleTime: 60_000, retry: false })

/** Who is working. Only inside the shell, where the session has been loaded before. */
export function useSession(): Session {
  const { data } = api.useSuspenseQuery('get', '/api/v1/session', {}, { staleTime: 60_000, retry: false })
  return data
}

/** Whether the user holds a permission; the server checks again, this only hides what would be refused. */
export function useCan(): (permission: string) => boolean {
  const session = useSession()
  return (permission) => session.permissions.includes(permission)
}
