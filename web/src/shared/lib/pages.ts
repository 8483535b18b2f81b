import type { InfiniteData } from '@tanstack/react-query'

interface Page<Row> {
  items: Row[]
  next?: string | null
}

/**
 * Options of `api.useInfiniteQuery` for a list by cursor:
 * `api.useInfiniteQuery('get', '/api/v1/customers', { params: { query } }, pages)`.
 */
export const pages = {
  pageParamName: 'after',
  // Not undefined: the library would ask for `after=0`. Null is left out of the address.
  initialPageParam: null as string | null,
  getNextPageParam: (last: { next?: string | null }) => last.next ?? undefined,
}

interface Infinite<Row> {
  data: InfiniteData<Page<Row>, unknown> | undefined
  hasNextPage: boolean
  isFetchingNextPage: boolean
  fetchNextPage: () => unknown
}

/** All rows fetched so far. */
export function rowsOf<Row>(data: InfiniteData<Page<Row>, unknown>): Row[] {
  return data.pages.flatMap((page) => page.items)
}

/** For `<DataTable more={moreOf(query)}>`. */
export function moreOf<Row>(query: Infinite<Row>) {
  return { has: query.hasNextPage, loading: query.isFetchingNextPage, load: () => void query.fetchNextPage() }
}
