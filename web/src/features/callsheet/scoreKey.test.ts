import { expect, test } from 'vitest'
import { scoreKey } from './scoreKey.ts'

test('digits rate, zero and erasing clear', () => {
  expect(scoreKey({ key: '5' })).toEqual({ score: 5 })
  expect(scoreKey({ key: '0' })).toEqual({ score: undefined })
  expect(scoreKey({ key: 'Backspace' })).toEqual({ score: undefined })
})

test('leaves other keys and the outcomes (Alt 1–5) alone', () => {
  expect(scoreKey({ key: '6' })).toBeUndefined()
  expect(scoreKey({ key: 'Tab' })).toBeUndefined()
  expect(scoreKey({ key: '1', altKey: true })).toBeUndefined()
})
