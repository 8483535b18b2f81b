import { expect, test } from 'vitest'
import { pyramidSearch } from './search.ts'

test('keeps a month, a tier and a drawer that exist', () => {
  expect(pyramidSearch({ month: '2026-11', tier: 'B', panel: 'run' })).toEqual({
    month: '2026-11',
    tier: 'B',
    panel: 'run',
  })
})

test('drops what it does not know', () => {
  expect(pyramidSearch({ month: '2026-13', tier: 'E', panel: 'x' })).toEqual({})
  expect(pyramidSearch({ month: 202611, tier: ['A'] })).toEqual({})
})
