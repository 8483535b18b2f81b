import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { renderHook, waitFor } from '@testing-library/react'
import { act } from 'react'
import { expect, it, vi } from 'vitest'
import { moreOf, pages, rowsOf } from './pages.ts'

it('asks for the first page without a cursor and for the next with the one it got', async () => {
  const asked: string[] = []
  vi.stubGlobal('fetch', (request: Request) => {
    const url = new URL(request.url)
    asked.push(url.search)
    const last = url.searchParams.has('after')
    return Promise.resolve(Response.json({ items: [last ? { id: '2' } : { id: '1' }], next: last ? null : 'c1' }))
  })
  // The client keeps the fetch of the moment it is made.
  const { api } = await import('~/api/client.ts')
  const client = new QueryClient()
  const { result } = renderHook(
    () => api.useInfiniteQuery('get', '/api/v1/staff', { params: { query: { q: 'x' } } }, pages),
    { wrapper: ({ children }) => <QueryClientProvider client={client}>{children}</QueryClientProvider> },
  )
  await waitFor(() => expect(result.current.data).toBeDefined())
  expect(moreOf(result.current).has).toBe(true)
  act(() => moreOf(result.current).load())
  await waitFor(() => expect(result.current.hasNextPage).toBe(false))
  expect(asked).toEqual(['?q=x', '?q=x&after=c1'])
  expect(result.current.data ? rowsOf(result.current.data).map((row) => row.id) : []).toEqual(['1', '2'])
  vi.unstubAllGlobals()
})
