import i18next from 'i18next'
import { beforeAll, describe, expect, it } from 'vitest'
import { startI18n } from '~/i18n/i18n.ts'
import { deltaOf, type Figure, figureWords, rowsQuery } from './figures.ts'

beforeAll(() => startI18n('zh-CN'))
const t = i18next.t

const rate = (value: number | null, too_little = false): Figure => ({
  code: 'followup_rate',
  unit: 'bp',
  value,
  too_little,
})

describe('a figure', () => {
  it('without a denominator is unknown, never zero', () => {
    expect(figureWords(t, rate(null))).toBe('—')
    expect(figureWords(t, rate(0))).toBe('0.0%')
    expect(figureWords(t, { unit: 'count', value: 1234 })).toBe('1,234')
  })

  it('is compared in points, and rising is good news for some only', () => {
    expect(deltaOf(t, rate(9430), rate(9220))).toEqual({ direction: 'up', good: true, text: '2.1 个百分点' })
    expect(deltaOf(t, { ...rate(500), code: 'reopen_rate' }, { ...rate(300), code: 'reopen_rate' })).toMatchObject({
      direction: 'up',
      good: false,
    })
  })

  it('is not compared when there is too little or when it has no good direction', () => {
    expect(deltaOf(t, rate(9430, true), rate(9220))).toBeUndefined()
    expect(deltaOf(t, rate(9430), rate(null))).toBeUndefined()
    expect(deltaOf(t, { ...rate(3), code: 'slips_open' }, { ...rate(2), code: 'slips_open' })).toBeUndefined()
  })
})

describe('rows behind a number', () => {
  const view = { from: '2026-10-23', to: '2026-11-21', by: 'week' as const }

  it('are asked for only when a figure is chosen', () => {
    expect(rowsQuery({}, view)).toBeUndefined()
    expect(rowsQuery({ figure: 'due', branch: 'b' }, view)).toEqual({
      figure: 'due',
      factor: undefined,
      from: '2026-10-23',
      to: '2026-11-21',
      branch_id: 'b',
      staff_id: undefined,
    })
  })

  it('are narrowed to the group', () => {
    expect(rowsQuery({ figure: 'due', group: '2026-11-09' }, view)).toMatchObject({
      from: '2026-11-09',
      to: '2026-11-15',
    })
    expect(rowsQuery({ figure: 'due', group: 'x', branch: 'b' }, { ...view, by: 'branch' })).toMatchObject({
      branch_id: 'x',
      branch_alone: true,
      from: '2026-10-23',
    })
    expect(rowsQuery({ figure: 'due', group: 'x', staff: 's' }, { ...view, by: 'agent' })).toMatchObject({
      staff_id: 'x',
    })
  })
})
