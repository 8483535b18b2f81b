import { expect, test } from 'vitest'
import { type Draft, emptyDraft, hasLowScore, mergeDrafts, sameDraft, withScore } from './draft.ts'

const base: Draft = { ...emptyDraft, verbatim: '等了很久', scores: { result: 4 } }

test('takes what only one side changed', () => {
  const mine: Draft = { ...base, agreed: '周五回电' }
  const theirs: Draft = { ...base, verbatim: '等了很久，没人理', scores: { result: 4, empathy: 2 } }
  const { draft, clashes } = mergeDrafts(base, mine, theirs)
  expect(draft.agreed).toBe('周五回电')
  expect(draft.verbatim).toBe('等了很久，没人理')
  expect(draft.scores).toEqual({ result: 4, empathy: 2 })
  expect(clashes).toEqual([])
})

test('loses no text when both wrote in the same field', () => {
  const mine: Draft = { ...base, verbatim: '等了两小时' }
  const theirs: Draft = { ...base, verbatim: '没有人接待' }
  const { draft, clashes } = mergeDrafts(base, mine, theirs)
  expect(draft.verbatim).toContain('等了两小时')
  expect(draft.verbatim).toContain('没有人接待')
  expect(clashes).toEqual(['verbatim'])
})

test('does not double a text that holds the other', () => {
  const { draft } = mergeDrafts(base, { ...base, note: '响铃 30 秒，无人' }, { ...base, note: '响铃 30 秒' })
  expect(draft.note).toBe('响铃 30 秒，无人')
})

test('keeps a text that the other side erased while it was being changed here', () => {
  const { draft, clashes } = mergeDrafts(
    base,
    { ...base, verbatim: '等了很久，还弄脏座椅' },
    { ...base, verbatim: null },
  )
  expect(draft.verbatim).toBe('等了很久，还弄脏座椅')
  expect(clashes).toEqual(['verbatim'])
})

test('keeps the choice made here when both chose', () => {
  const { draft, clashes } = mergeDrafts(
    base,
    { ...base, permission: 'yes', scores: { result: 5 } },
    { ...base, permission: 'later', scores: { result: 1 } },
  )
  expect(draft.permission).toBe('yes')
  expect(draft.scores.result).toBe(5)
  expect(clashes).toEqual(['permission', 'result'])
})

test('nothing written is the same however it is said', () => {
  expect(
    sameDraft({ scores: {}, dissatisfied: false }, { scores: { result: null }, dissatisfied: false, note: '' }),
  ).toBe(true)
  expect(sameDraft(base, { ...base, note: 'x' })).toBe(false)
})

test('the first low mark proposes a slip, later ones respect the caller', () => {
  const low = withScore(emptyDraft, 'result', 2)
  expect(low.dissatisfied).toBe(true)
  expect(hasLowScore(low)).toBe(true)
  const decided = withScore({ ...low, dissatisfied: false }, 'empathy', 1)
  expect(decided.dissatisfied).toBe(false)
  expect(withScore(emptyDraft, 'result', 3).dissatisfied).toBe(false)
})
