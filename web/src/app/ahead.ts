import { sessionQuery } from '~/api/session.ts'
import { queryClient } from './queryClient.ts'
import { router } from './router.ts'

interface Ahead {
  preload?: () => Promise<unknown>
}

/** Fetches at once what the first page will need one after another: the session, and the scripts of the page that is asked for. */
export function setOff(): void {
  const matches = router.matchRoutes(router.latestLocation)
  if (matches.some(({ routeId }) => routeId === '/_app')) void queryClient.prefetchQuery(sessionQuery())
  for (const { routeId } of matches) {
    const { component } = router.routesById[routeId as keyof typeof router.routesById].options
    // A script that is gone is told by the page itself, which asks for it again.
    void (component as Ahead | undefined)?.preload?.().catch(() => undefined)
  }
}
