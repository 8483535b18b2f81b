import { expect, test } from 'vitest'
import { cutsOf } from './tierCuts.ts'

test('a thousand customers: 10, 40, 150, 800', () => {
  const cuts = cutsOf({ cut_a: 10, cut_b: 50, cut_c: 200, ranked: 1000 })
  expect(cuts.map((cut) => cut.to - cut.from + 1)).toEqual([10, 40, 150, 800])
  expect(cuts.at(-1)).toEqual({ tier: 'D', from: 201, to: 1000 })
})

test('a tier can be empty', () => {
  expect(cutsOf({ cut_a: 1, cut_b: 1, cut_c: 3, ranked: 3 }).filter((cut) => cut.from > cut.to)).toHaveLength(2)
})
