import type { Outcome } from '~/shared/lib/followupWords.ts'
import { type Draft, hasLowScore } from './draft.ts'

/** What is missing before an outcome can be confirmed; the words are `callsheet.…Required`. */
export type Missing = 'when' | 'problem' | 'satisfied' | 'reason'

export interface OutcomeInput {
  outcome: Outcome
  draft: Draft
  callAgainAt?: number
  now: number
  /** The call confirms a slip. */
  confirms: boolean
  satisfied?: boolean
}

/** A dissatisfied customer who was reached gets a slip; on a confirming call the old slip is reopened instead. */
export function raisesSlip({
  outcome,
  draft,
  confirms,
}: Pick<OutcomeInput, 'outcome' | 'draft' | 'confirms'>): boolean {
  return outcome === 'reached' && draft.dissatisfied && !confirms
}

/** Dissatisfied, yet nothing is done about it: the reason must be on record. */
export function needsReason(input: Omit<OutcomeInput, 'now'>): boolean {
  const { outcome, draft, confirms, satisfied } = input
  if (outcome !== 'reached' || !(draft.dissatisfied || hasLowScore(draft))) return false
  return confirms ? satisfied !== false : !raisesSlip(input)
}

export function missing(input: OutcomeInput): Missing | undefined {
  const { outcome, draft, callAgainAt, now, confirms, satisfied } = input
  if (outcome === 'call_again' && (callAgainAt === undefined || callAgainAt <= now)) return 'when'
  if (outcome !== 'reached') return undefined
  if (confirms && satisfied === undefined) return 'satisfied'
  if (raisesSlip(input) && !draft.problem?.trim() && !draft.verbatim?.trim()) return 'problem'
  if (needsReason(input) && !draft.note?.trim()) return 'reason'
  return undefined
}
