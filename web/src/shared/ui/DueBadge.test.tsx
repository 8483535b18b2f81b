import { act, cleanup, render, screen } from '@testing-library/react'
import { afterEach, beforeAll, beforeEach, expect, it, vi } from 'vitest'
import { startI18n } from '~/i18n/i18n.ts'
import { DueBadge } from './DueBadge.tsx'

const NOW = Date.UTC(2026, 10, 21, 12)

beforeAll(() => startI18n('zh-CN'))
beforeEach(() => {
  vi.useFakeTimers({ now: NOW })
})
afterEach(() => {
  cleanup()
  vi.useRealTimers()
})

it('counts down and turns overdue by itself, in words', () => {
  render(<DueBadge dueAt={NOW + 2000} urgency="urgent" />)
  act(() => vi.advanceTimersByTime(1000))
  expect(screen.getByText('仅剩 00:01')).toBeTruthy()
  act(() => vi.advanceTimersByTime(2000))
  expect(screen.getByText('已超时 00:01')).toBeTruthy()
})

it('uses one timer however many badges there are', () => {
  const set = vi.spyOn(globalThis, 'setInterval')
  render([1, 2, 3].map((each) => <DueBadge key={each} dueAt={NOW + each * 86_400_000 * 3} urgency="ok" />))
  expect(set).toHaveBeenCalledTimes(1)
  expect(screen.getByText('余 3 天')).toBeTruthy()
})
