import type { QueryClient } from '@tanstack/react-query'

/** What the server sends: which kind of thing changed, and which one. Never its content. */
export interface LiveMessage {
  topic: string
  id: string
}

/** For each topic the beginnings of the paths whose answers it makes stale. */
const PATHS: Record<string, string[]> = {
  customer: ['/api/v1/customers', '/api/v1/search', '/api/v1/tags', '/api/v1/tasks'],
  asset: ['/api/v1/customers', '/api/v1/tasks'],
  service_record: ['/api/v1/service-records', '/api/v1/customers'],
  sales_order: ['/api/v1/orders', '/api/v1/customers'],
  followup_task: ['/api/v1/today', '/api/v1/tasks', '/api/v1/customers', '/api/v1/rates'],
  followup_plan: ['/api/v1/plans', '/api/v1/today'],
  feedback_slip: ['/api/v1/slips', '/api/v1/today', '/api/v1/tasks', '/api/v1/customers', '/api/v1/rates'],
  slip: ['/api/v1/slips', '/api/v1/today', '/api/v1/tasks', '/api/v1/customers', '/api/v1/rates'],
  import_batch: ['/api/v1/imports'],
  import: ['/api/v1/imports'],
  tier_run: ['/api/v1/pyramid', '/api/v1/customers'],
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
 * Keeps what is shown fresh. All tabs of the browser share one event stream, for HTTP/1.1 allows six
 * connections per host: the tab that holds the lock listens and passes messages on.
 */
export function startLive(queries: QueryClient): () => void {
  const waiting = new Set<string>()
  let timer: ReturnType<typeof setTimeout> | undefined
  let stopped = false
  const started = Date.now()
  const stop = new AbortController()

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

  /** Listens until the tab goes; the browser reconnects by itself and tells the server the last event it saw. */
  function listen(): Promise<void> {
    return new Promise((resolve) => {
      if (stopped) return resolve()
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
      stop.signal.addEventListener('abort', () => {
        clearTimeout(again)
        source.close()
        resolve()
      })
    })
  }

  if ('locks' in navigator) {
    navigator.locks.request('liuke.live', { signal: stop.signal }, listen).catch(() => undefined)
  } else {
    // Without locks (plain http from another machine) each tab listens for itself.
    void listen()
  }

  return () => {
    stopped = true
    stop.abort()
    clearTimeout(timer)
    channel.close()
  }
}
