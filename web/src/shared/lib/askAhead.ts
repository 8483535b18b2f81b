import type { QueryClient } from '@tanstack/react-query'
import { client } from '~/api/client.ts'
import type { paths } from '~/api/schema.gen.ts'
import { pages } from './pages.ts'

type List = {
  [Path in keyof paths]: paths[Path] extends { get: { parameters: { query?: { after?: unknown } } } } ? Path : never
}[keyof paths]
type Filter<Path extends List> = NonNullable<paths[Path]['get']['parameters']['query']>

/**
 * Asks for the first page of a list while its screen is still being fetched; `api.useInfiniteQuery` with the same path and filter
 * then finds the answer.
 */
export function askAhead<Path extends List>(queries: QueryClient, path: Path, filter: Filter<Path>): void {
  const get = client.GET as (path: string, init: object) => Promise<{ data?: unknown }>
  void queries.prefetchInfiniteQuery({
    ...pages,
    queryKey: ['get', path, { params: { query: filter } }],
    queryFn: async ({ pageParam, signal }) => {
      const { data } = await get(path, { params: { query: { ...filter, after: pageParam } }, signal })
      return data as { next?: string | null }
    },
  })
}
