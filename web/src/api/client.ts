import createFetchClient, { type Middleware } from 'openapi-fetch'
import createQueryClient from 'openapi-react-query'
import { ProblemError, readProblem } from './problem.ts'
import type { paths } from './schema.gen.ts'

/** Marks a request as made by this page: a foreign site cannot set it (CSRF). */
export const REQUEST_MARK = 'x-liuke-request'

/** A key of its own for each request that changes something. Not `randomUUID`: that is missing on plain http. */
export function requestKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16))
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
}

let onUnauthenticated: (() => void) | undefined

/** Called once by the app: what to do when a session has ended. */
export function setUnauthenticatedHandler(handler: () => void): void {
  onUnauthenticated = handler
}

/** Requests that may answer 401 without meaning that a session has ended. */
function isSessionRequest(url: string): boolean {
  const path = new URL(url, location.origin).pathname
  return path === '/api/v1/session' || path === '/api/v1/login'
}

const house: Middleware = {
  onRequest({ request }) {
    request.headers.set(REQUEST_MARK, '1')
    if (request.method === 'POST' && !request.headers.has('idempotency-key')) {
      request.headers.set('idempotency-key', requestKey())
    }
    return request
  },
  async onResponse({ request, response }) {
    if (response.ok) return undefined
    const problem = await readProblem(response)
    if (problem.code === 'unauthenticated' && !isSessionRequest(request.url)) onUnauthenticated?.()
    throw problem
  },
  onError({ error }) {
    if (error instanceof DOMException && error.name === 'AbortError') return undefined
    return error instanceof ProblemError ? error : new ProblemError({ status: 0, code: 'network' })
  },
}

/** Typed by the API's description: `client.GET('/api/v1/…')`. A refusal is thrown as {@link ProblemError}. */
export const client = createFetchClient<paths>({ baseUrl: '/', credentials: 'same-origin' })
client.use(house)

/** The same as hooks: `api.useQuery('get', '/api/v1/…')`, `api.useMutation('post', '/api/v1/…')`. */
export const api = createQueryClient(client)
