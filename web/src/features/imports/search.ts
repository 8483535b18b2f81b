import { KINDS, type Kind, OUTCOMES, type Outcome, oneOf } from './codes.ts'

export interface ImportsSearch {
  /** What the next file holds. */
  kind?: Kind
}

export function importsSearch(input: Record<string, unknown>): ImportsSearch {
  return { kind: oneOf(KINDS, input.kind) }
}

export interface ImportSearch {
  /** Back to the columns, although the file has been checked. */
  step?: 'columns'
  /** Which lines are listed. */
  outcome?: Outcome
}

export function importSearch(input: Record<string, unknown>): ImportSearch {
  return { step: input.step === 'columns' ? 'columns' : undefined, outcome: oneOf(OUTCOMES, input.outcome) }
}
