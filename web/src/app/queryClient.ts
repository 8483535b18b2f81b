import { QueryClient } from '@tanstack/react-query'
import { asProblem } from '~/api/problem.ts'

/** Only trouble that may pass is tried again: no network, or a server that is busy. */
function mayPass(error: unknown): boolean {
  const { status } = asProblem(error)
  return status === 0 || status === 502 || status === 503 || status === 504
}

export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      // The event stream tells what changed; this only guards against a stream that is cut.
      staleTime: 30_000,
      retry: (failures, error) => failures < 2 && mayPass(error),
      throwOnError: false,
    },
    mutations: { retry: false },
  },
})
