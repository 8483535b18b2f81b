import { describe, expect, it } from 'vitest'
import { daysOf, groupDays, length, preceding, presetDays, usualBy } from './period.ts'

describe('moving periods', () => {
  it.each([
    ['d7', '2026-11-15', '2026-11-21'],
    ['d30', '2026-10-23', '2026-11-21'],
    ['month', '2026-11-01', '2026-11-21'],
    ['last_month', '2026-10-01', '2026-10-31'],
    ['quarter', '2026-10-01', '2026-11-21'],
    ['year', '2026-01-01', '2026-11-21'],
  ] as const)('%s', (preset, from, to) => {
    expect(presetDays(preset, '2026-11-21')).toEqual({ from, to })
  })

  it('last month of March ends in February, also in leap years', () => {
    expect(presetDays('last_month', '2028-03-31')).toEqual({ from: '2028-02-01', to: '2028-02-29' })
  })
})

describe('days', () => {
  const days = { from: '2026-10-23', to: '2026-11-21' }

  it('are those chosen, or the last 30', () => {
    expect(daysOf({ from: '2026-01-01', to: '2026-01-02' }, '2026-11-21')).toEqual({
      from: '2026-01-01',
      to: '2026-01-02',
    })
    expect(daysOf({}, '2026-11-21')).toEqual(days)
  })

  it('are compared with as many days before', () => {
    expect(length(days)).toBe(30)
    expect(preceding(days)).toEqual({ from: '2026-09-23', to: '2026-10-22' })
    expect(length(preceding(days))).toBe(30)
  })

  it('are grouped so that a chart is readable', () => {
    expect(usualBy(days)).toBe('day')
    expect(usualBy({ from: '2026-07-01', to: '2026-11-21' })).toBe('week')
    expect(usualBy({ from: '2026-01-01', to: '2026-11-21' })).toBe('month')
  })

  it('of a group are cut to the period', () => {
    expect(groupDays('day', '2026-11-01', days)).toEqual({ from: '2026-11-01', to: '2026-11-01' })
    expect(groupDays('week', '2026-11-16', days)).toEqual({ from: '2026-11-16', to: '2026-11-21' })
    expect(groupDays('month', '2026-10-01', days)).toEqual({ from: '2026-10-23', to: '2026-10-31' })
  })
})
