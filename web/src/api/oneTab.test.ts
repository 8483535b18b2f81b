import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { ANSWER, ASK, oneTab, type Talk } from './oneTab.ts'

/** Channels of one browser: each hears the others, not itself, a moment later. */
function browser() {
  const all = new Set<(event: MessageEvent<unknown>) => void>()
  const frozen = new Set<(event: MessageEvent<unknown>) => void>()
  return {
    frozen,
    talk(): Talk & { hear?: (event: MessageEvent<unknown>) => void } {
      const own: Talk & { hear?: (event: MessageEvent<unknown>) => void } = {
        postMessage(data) {
          for (const hear of all)
            if (hear !== own.hear && !frozen.has(hear)) setTimeout(() => hear({ data } as MessageEvent<unknown>), 1)
        },
        addEventListener(_, listener) {
          own.hear = listener
          all.add(listener)
        },
      }
      return own
    },
  }
}

let open: string[]

function tab(talk: Talk, name: string) {
  return oneTab(talk, () => {
    open.push(name)
    return () => {
      open = open.filter((each) => each !== name)
    }
  })
}

beforeEach(() => {
  vi.useFakeTimers()
  open = []
})
afterEach(() => vi.useRealTimers())

it('one of two tabs begins, and the other takes over when it goes', () => {
  const { talk } = browser()
  const first = tab(talk(), 'first')
  vi.advanceTimersByTime(ANSWER)
  const second = tab(talk(), 'second')
  vi.advanceTimersByTime(ASK * 2)
  expect(open).toEqual(['first'])
  first()
  vi.advanceTimersByTime(ANSWER + 10)
  expect(open).toEqual(['second'])
  second()
  expect(open).toEqual([])
})

it('of tabs that open at once one remains', () => {
  const { talk } = browser()
  for (const name of ['a', 'b', 'c', 'd', 'e', 'f']) tab(talk(), name)
  vi.advanceTimersByTime(ANSWER + 10)
  expect(open).toHaveLength(1)
  vi.advanceTimersByTime(ASK * 3)
  expect(open).toHaveLength(1)
})

it('a tab that no longer answers is replaced, and steps back when it wakes', () => {
  const { talk, frozen } = browser()
  const old = talk()
  tab(old, 'old')
  vi.advanceTimersByTime(ANSWER)
  tab(talk(), 'young')
  vi.advanceTimersByTime(ANSWER)
  if (old.hear) frozen.add(old.hear)
  vi.advanceTimersByTime(ASK + ANSWER + 10)
  expect(open).toContain('young')
  frozen.clear()
  tab(talk(), 'newest')
  vi.advanceTimersByTime(ANSWER + 10)
  expect(open).toHaveLength(1)
})
