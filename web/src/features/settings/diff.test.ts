import { expect, it } from 'vitest'
import { changes } from './diff.ts'

it('tells the fields that changed', () => {
  expect(changes({ stage: 'active', name: '王' }, { stage: 'lost', name: '王' })).toEqual([
    { field: 'stage', before: 'active', after: 'lost' },
  ])
})

it('tells all fields when something was made or removed', () => {
  expect(changes(null, { tags: ['a'] })).toEqual([{ field: 'tags', before: '—', after: '["a"]' }])
  expect(changes({ n: 1 }, undefined)).toEqual([{ field: 'n', before: '1', after: '—' }])
  expect(changes(null, null)).toEqual([])
})
