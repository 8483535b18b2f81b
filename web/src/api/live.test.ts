import { QueryClient } from '@tanstack/react-query'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { startLive } from './live.ts'
import { ANSWER } from './oneTab.ts'

class FakeSource {
  static readonly CLOSED = 2
  static made: FakeSource[] = []
  readyState = 1
  onmessage: ((event: { data: string }) => void) | undefined
  onerror: (() => void) | undefined
  onopen: (() => void) | undefined
  readonly url: string
  constructor(url: string) {
    this.url = url
    FakeSource.made.push(this)
  }
  close() {
    this.readyState = FakeSource.CLOSED
  }
}

/** The channels of one browser by name; each hears the others. */
class FakeChannel extends EventTarget {
  static all = new Set<FakeChannel>()
  onmessage: ((event: MessageEvent<unknown>) => void) | undefined
  readonly name: string
  constructor(name: string) {
    super()
    this.name = name
    FakeChannel.all.add(this)
  }
  postMessage(data: unknown) {
    for (const other of FakeChannel.all) {
      if (other === this || other.name !== this.name) continue
      const event = new MessageEvent('message', { data })
      other.onmessage?.(event)
      other.dispatchEvent(event)
    }
  }
  close() {
    FakeChannel.all.delete(this)
  }
}

let queries: QueryClient
let stale: (path: string) => boolean
let stop: () => void

beforeEach(() => {
  vi.useFakeTimers()
  vi.stubGlobal('EventSource', FakeSource)
  vi.stubGlobal('BroadcastChannel', FakeChannel)
  FakeSource.made = []
  queries = new QueryClient()
  stale = (path) => queries.getQueryState(['get', path])?.isInvalidated ?? false
  for (const path of ['/api/v1/today', '/api/v1/roles', '/api/v1/imports']) queries.setQueryData(['get', path], {})
  stop = startLive(queries)
  vi.advanceTimersByTime(ANSWER)
})

afterEach(() => {
  stop()
  vi.unstubAllGlobals()
  vi.useRealTimers()
})

it('makes stale what a topic concerns, and nothing else', () => {
  FakeSource.made[0]?.onmessage?.({ data: '{"topic":"followup_task","id":"1"}' })
  vi.advanceTimersByTime(500)
  expect(stale('/api/v1/today')).toBe(true)
  expect(stale('/api/v1/roles')).toBe(false)
})

it('makes all stale when the server says that something was missed', () => {
  FakeSource.made[0]?.onmessage?.({ data: '{"topic":"resync","id":null}' })
  vi.advanceTimersByTime(500)
  expect(stale('/api/v1/roles')).toBe(true)
})

it('asks again when the stream was refused, and then reads anew', () => {
  const [first] = FakeSource.made
  first?.close()
  first?.onerror?.()
  vi.advanceTimersByTime(30_000)
  const second = FakeSource.made[1]
  expect(second).toBeDefined()
  second?.onopen?.()
  vi.advanceTimersByTime(500)
  expect(stale('/api/v1/imports')).toBe(true)
})

it('ignores what it cannot read', () => {
  FakeSource.made[0]?.onmessage?.({ data: 'not json' })
  vi.advanceTimersByTime(500)
  expect(stale('/api/v1/today')).toBe(false)
})

it('shares one stream between two tabs, and the second goes on when the first is closed', () => {
  const other = new QueryClient()
  other.setQueryData(['get', '/api/v1/today'], {})
  const stopOther = startLive(other)
  const seen = () => other.getQueryState(['get', '/api/v1/today'])?.isInvalidated
  vi.advanceTimersByTime(20_000)
  expect(FakeSource.made).toHaveLength(1)
  FakeSource.made[0]?.onmessage?.({ data: '{"topic":"followup_task","id":"1"}' })
  vi.advanceTimersByTime(500)
  expect(seen()).toBe(true)

  stop()
  expect(FakeSource.made[0]?.readyState).toBe(FakeSource.CLOSED)
  vi.advanceTimersByTime(ANSWER)
  expect(FakeSource.made).toHaveLength(2)
  other.setQueryData(['get', '/api/v1/today'], {})
  // What happened between the two streams is unknown.
  FakeSource.made[1]?.onopen?.()
  vi.advanceTimersByTime(500)
  expect(seen()).toBe(true)
  stopOther()
})
