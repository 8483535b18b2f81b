import { expect, test } from 'vitest'
import { readColumns } from './columns.ts'

test('columns are read in the order of the list', () => {
  expect(readColumns(null)).toEqual(['tier', 'phone', 'asset', 'lastVisit', 'revenue', 'owner'])
  expect(readColumns('owner,tier,nonsense')).toEqual(['tier', 'owner'])
  expect(readColumns('')).toEqual([])
})
