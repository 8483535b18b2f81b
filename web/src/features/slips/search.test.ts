import { expect, test } from 'vitest'
import { slipsSearch } from './search.ts'

test('takes what is known and drops the rest', () => {
  expect(slipsSearch({ state: 'answered', mine: true, overdue: 'yes', q: ' FK ' })).toEqual({
    state: 'answered',
    mine: true,
    q: 'FK',
  })
  expect(slipsSearch({ state: 'gone', mine: false })).toEqual({})
})
