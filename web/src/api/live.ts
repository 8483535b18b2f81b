import type { QueryClient } from '@tanstack/react-query'
import { oneTab } from './oneTab.ts'

/** What the server sends: which kind of thing changed, and which one. Never its content. */
export interface LiveMessage {
  topic: string
  id: string
}

/** For each topic the beginnings of the paths whose answers it makes stale. */
const PATHS: Record<string, string[]> = {
  // With vehicles, orders, service records and notes.
  customer: [
    '/api/v1/customers',
    '/api/v1/search',
    '/api/v1/tags',
    '/api/v1/tasks',
    '/api/v1/orders',
    '/api/v1/service-records',
  ],
  followup_task: ['/api/v1/today', '/api/v1/tasks', '/api/v1/customers', '/api/v1/rates'],
  followup_plan: ['/api/v1/plans', '/api/v1/today'],
  slip: ['/api/v1/slips', '/api/v1/today', '/api/v1/tasks', '/api/v1/customers', '/api/v1/rates'],
  import: ['/api/v1/imports'],
  pyramid: ['/api/v1/pyramid', '/api/v1/customers'],
  staff: ['/api/v1/staff', '/api/v1/staff-options', '/api/v1/session'],
  branch: ['/api/v1/branches'],
  team: ['/api/v1/teams'],
  role: ['/api/v1/roles', '/api/v1/session'],
  setting: ['/api/v1/settings'],
}

/** The server says (or we know) that something was missed. */
const RESYNC: LiveMessage = { topic: 'resync', id: '' }

/** Path of a query made by openapi-react-query: `[method, path, init]`. */
function pathOf(key: readonly unknown[]): string {
  return typeof key[1] === 'string' ? key[1] : ''
}

function read(data: unknown): LiveMessage | undefined {
  if (typeof data !== 'string') return undefined
  try {
    const value: unknown = JSON.parse(data)
    if (typeof value !== 'object' || value === null) return undefined
    const { topic, id } = value as Record<string, unknown>
    return typeof topic === 'string' ? { topic, id: typeof id === 'string' ? id : '' } : undefined
  } catch {
    return undefined
  }
}

/**
 * Keeps what is shown fresh. All tabs of the browser share one event stream, for HTTP/1.1 allows six connections per
 * host: one of them listens and passes messages on.
 */
export function startLive(queries: QueryClient): () => void {
  const waiting = new Set<string>()
  let timer: ReturnType<typeof setTimeout> | undefined
  const started = Date.now()

  /** Messages come in bursts (an import): they are gathered for a moment. */
  function flush() {
    timer = undefined
    if (waiting.has(RESYNC.topic)) {
      waiting.clear()
      void queries.invalidateQueries()
      return
    }
    const paths = [...waiting].flatMap((topic) => PATHS[topic] ?? [`/api/v1/${topic}`])
    waiting.clear()
    void queries.invalidateQueries({
      predicate: (query) => paths.some((path) => pathOf(query.queryKey).startsWith(path)),
    })
  }

  function take(message: LiveMessage) {
    waiting.add(message.topic)
    timer ??= setTimeout(flush, 400)
  }

  const channel = new BroadcastChannel('liuke.live')
  channel.onmessage = (event: MessageEvent<unknown>) => {
    const message = read(event.data)
    if (message) take(message)
  }

  /** Listens; the browser reconnects by itself and tells the server the last event it saw. Returns how to end. */
  function listen(): () => void {
    let source: EventSource
    let again: ReturnType<typeof setTimeout> | undefined
    let gap = Date.now() - started > 2000
    let seen = false

    const open = () => {
      source = new EventSource('/api/v1/events')
      source.onmessage = (event: MessageEvent<unknown>) => {
        seen = true
        const message = read(event.data)
        if (!message) return
        take(message)
        channel.postMessage(event.data)
      }
      source.onerror = () => {
        gap ||= !seen
        if (source.readyState !== EventSource.CLOSED) return
        // Refused (too many streams, session over): the browser gives up, we ask again later.
        gap = true
        again = setTimeout(open, 30_000)
      }
      source.onopen = () => {
        // What happened before somebody listened is unknown: everything shown may be stale.
        if (gap) {
          take(RESYNC)
          channel.postMessage(JSON.stringify(RESYNC))
        }
        gap = false
      }
    }
    open()
    return () => {
      clearTimeout(again)
      source.close()
    }
  }

  const talk = new BroadcastChannel('liuke.live.tab')
  let leave = oneTab(talk, listen)
  // A page that is put aside whole (back and forward) hears nothing; it must not keep the stream.
  const onHide = () => leave()
  const onShow = (event: PageTransitionEvent) => {
    if (event.persisted) leave = oneTab(talk, listen)
  }
  addEventListener('pagehide', onHide)
  addEventListener('pageshow', onShow)

  return () => {
    removeEventListener('pagehide', onHide)
    removeEventListener('pageshow', onShow)
    leave()
    clearTimeout(timer)
    talk.close()
    channel.close()
  }
}
