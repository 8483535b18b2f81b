import { expect, test } from 'vitest'
import { complete, inputOf, NEW_PLAN, previewable } from './form.ts'

const words = { name: '维修后三天', purpose: '回访', opener: '您好', permission_ask: '方便吗', benefit: '马上处理' }

test('is complete only with all that is needed', () => {
  expect(complete({ ...NEW_PLAN, ...words }, 2)).toMatchObject({ name: '维修后三天', days: 3, version: 2 })
  expect(complete({ ...NEW_PLAN, ...words, opener: '  ' }, 2)).toBeUndefined()
  expect(complete({ ...NEW_PLAN, ...words, days: undefined }, 2)).toBeUndefined()
})

test('the kind of repair counts only after a repair', () => {
  expect(complete({ ...NEW_PLAN, ...words, category: '首保' }, 1)?.category).toBe('首保')
  expect(complete({ ...NEW_PLAN, ...words, category: '首保', trigger: 'no_visit' }, 1)?.category).toBeNull()
})

test('a preview does not wait for the words', () => {
  expect(previewable(NEW_PLAN)).toBeDefined()
  expect(previewable({ ...NEW_PLAN, days: undefined })).toBeUndefined()
})

test('sends back a plan without what the server counts', () => {
  const input = inputOf({
    ...words,
    id: 'x',
    kind: 'care',
    trigger: 'no_visit',
    days: 180,
    channel: 'phone',
    due_hours: 24,
    active: true,
    open_tasks: 9,
    version: 4,
  })
  expect(input).not.toHaveProperty('open_tasks')
  expect(input).not.toHaveProperty('id')
  expect(input.version).toBe(4)
})
