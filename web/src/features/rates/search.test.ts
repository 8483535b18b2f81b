import { expect, test } from 'vitest'
import { ratesSearch } from './search.ts'

test('a chosen period wins over a moving one', () => {
  expect(ratesSearch({ period: 'month', from: '2026-11-01', to: '2026-11-10' })).toMatchObject({
    period: undefined,
    from: '2026-11-01',
    to: '2026-11-10',
  })
  expect(ratesSearch({ period: 'month', from: '2026-11-01' })).toMatchObject({ period: 'month', from: undefined })
  expect(ratesSearch({ from: '2026-11-10', to: '2026-11-01' })).toMatchObject({ from: undefined, to: undefined })
})

test('a factor is a figure, and a group needs one', () => {
  expect(ratesSearch({ factor: 'empathy', group: 'x' })).toMatchObject({ figure: 'factor', group: 'x' })
  expect(ratesSearch({ group: 'x' }).group).toBeUndefined()
  expect(ratesSearch({ figure: 'nonsense', by: 'year' })).toMatchObject({ figure: undefined, by: undefined })
})
