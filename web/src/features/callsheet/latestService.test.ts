import { expect, test } from 'vitest'
import { latestService } from './latestService.ts'

const entry = (id: string, at: number, kind: 'service' | 'note' = 'service') => ({ id, at, kind, title: id })

test('a service after the one the follow-up is about is named, the newest of several', () => {
  const history = [entry('note', 9, 'note'), entry('third', 8), entry('second', 6), entry('mine', 5), entry('old', 1)]
  expect(latestService({ service: { id: 'mine', opened_at: 5 }, history })?.id).toBe('third')
  expect(latestService({ service: { id: 'third', opened_at: 8 }, history })).toBeUndefined()
})

test('a follow-up about no service shows the last there was', () => {
  expect(latestService({ service: null, history: [entry('b', 2), entry('a', 1)] })?.id).toBe('b')
  expect(latestService({ service: null, history: [] })).toBeUndefined()
})
