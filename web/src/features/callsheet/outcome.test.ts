import { expect, test } from 'vitest'
import { emptyDraft } from './draft.ts'
import { missing, needsReason, raisesSlip } from './outcome.ts'

const now = 1_000_000
const input = { outcome: 'reached', draft: emptyDraft, now, confirms: false } as const

test('another call needs a time to come', () => {
  expect(missing({ ...input, outcome: 'call_again' })).toBe('when')
  expect(missing({ ...input, outcome: 'call_again', callAgainAt: now })).toBe('when')
  expect(missing({ ...input, outcome: 'call_again', callAgainAt: now + 1 })).toBeUndefined()
})

test('a slip needs the problem, own words will do', () => {
  const draft = { ...emptyDraft, dissatisfied: true }
  expect(missing({ ...input, draft })).toBe('problem')
  expect(missing({ ...input, draft: { ...draft, problem: '  ' } })).toBe('problem')
  expect(missing({ ...input, draft: { ...draft, verbatim: '没修好' } })).toBeUndefined()
  expect(missing({ ...input, draft, outcome: 'no_answer' })).toBeUndefined()
})

test('a confirming call asks whether the customer is satisfied now, and raises no second slip', () => {
  const draft = { ...emptyDraft, dissatisfied: true }
  expect(missing({ ...input, draft, confirms: true })).toBe('satisfied')
  expect(missing({ ...input, draft, confirms: true, satisfied: false })).toBeUndefined()
  expect(raisesSlip({ outcome: 'reached', draft, confirms: true })).toBe(false)
  expect(raisesSlip({ outcome: 'reached', draft, confirms: false })).toBe(true)
})

test('a dissatisfaction without a slip needs a reason', () => {
  const low = { ...emptyDraft, scores: { result: 1 } }
  expect(missing({ ...input, draft: low })).toBe('reason')
  expect(missing({ ...input, draft: { ...low, note: '当场已解决' } })).toBeUndefined()
  expect(needsReason({ ...input, draft: { ...low, dissatisfied: true } })).toBe(false)
  expect(needsReason({ ...input, draft: low, outcome: 'refused' })).toBe(false)
  // On a confirming call the old slip is opened again, or the low mark is explained.
  expect(needsReason({ ...input, draft: low, confirms: true, satisfied: false })).toBe(false)
  expect(needsReason({ ...input, draft: low, confirms: true, satisfied: true })).toBe(true)
})
