import { expect, test } from 'vitest'
import { isFiltered, todaySearch } from './search.ts'

test('takes what is known and drops the rest', () => {
  expect(todaySearch({ kind: 'care', tier: 'A', who: 'team', q: ' 川A ' })).toEqual({
    kind: 'care',
    tier: 'A',
    who: 'team',
    q: '川A',
  })
  expect(todaySearch({ kind: 'x', tier: 'E', who: '', q: '  ' })).toEqual({})
})

test('digits in the address are still a search', () => {
  expect(todaySearch({ q: 6217 }).q).toBe('6217')
})

test('whose work is not a filter that hides', () => {
  expect(isFiltered({ who: 'me' })).toBe(false)
  expect(isFiltered({ tier: 'B' })).toBe(true)
})
