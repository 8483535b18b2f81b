import { expect, test } from 'vitest'
import { merge, same } from './merge.ts'

interface Values {
  name: string
  notes?: string | null
  tags: string[]
  stage: string
}

test('keeps what was typed and takes what only the other changed', () => {
  const base: Values = { name: '王建国', notes: null, tags: ['车队'], stage: 'known' }
  const mine: Values = { name: '王建国', notes: '上午联系', tags: ['车队'], stage: 'loyal' }
  const theirs: Values = { name: '王建国', notes: null, tags: ['车队', 'VIP'], stage: 'satisfied' }
  expect(merge(base, mine, theirs)).toEqual({
    values: { name: '王建国', notes: '上午联系', tags: ['车队', 'VIP'], stage: 'loyal' },
    taken: ['tags'],
    clashes: ['stage'],
  })
})

test('the same change on both sides is no clash', () => {
  const base: Values = { name: 'a', tags: [], stage: 'known' }
  const both: Values = { name: 'b', tags: [], stage: 'known' }
  expect(merge(base, both, { ...both })).toEqual({ values: both, taken: [], clashes: [] })
})

test('absent, null and empty are the same, the order of keys does not matter', () => {
  expect(same(undefined, null)).toBe(true)
  expect(same('', undefined)).toBe(true)
  expect(same({ a: 1, b: undefined }, { a: 1 })).toBe(true)
  expect(same({ a: 1, b: 2 }, { b: 2, a: 1 })).toBe(true)
  expect(same([1, 2], [2, 1])).toBe(false)
})
