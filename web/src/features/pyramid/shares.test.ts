import { describe, expect, it, test } from 'vitest'
import { movement, restBp, toBp, toPercents } from './shares.ts'

describe('shares', () => {
  it('go to percent and back without loss', () => {
    expect(toPercents([100, 400, 1500, 8000])).toEqual({ a: 1, b: 4, c: 15 })
    expect(toBp({ a: 1, b: 4, c: 15 })).toEqual([100, 400, 1500, 8000])
    expect(toBp({ a: 0.07, b: 1.13, c: 0.29 })).toEqual([7, 113, 29, 9851])
  })

  it('leave the rest to D, below nothing when there is too much', () => {
    expect(restBp({})).toBe(10_000)
    expect(restBp({ a: 50, b: 40, c: 20 })).toBe(-1000)
  })
})

test('a smaller letter is a rise', () => {
  expect(movement('A', 'C')).toBe('up')
  expect(movement('D', 'B')).toBe('down')
  expect(movement('C', 'C')).toBe('same')
  expect(movement('C', null)).toBe('first')
})
