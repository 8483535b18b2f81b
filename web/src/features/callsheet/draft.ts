import type { components } from '~/api/schema.gen.ts'
import { FACTORS, type Factor } from '~/shared/lib/followupWords.ts'

/** What the caller writes on the sheet (回访单). */
export type Draft = components['schemas']['SheetDraft']

/** A part of the draft that two people can change independently; scores are one each. */
export type DraftField =
  | 'permission'
  | 'verbatim'
  | 'discussed'
  | 'planned'
  | 'agreed'
  | 'note'
  | 'problem'
  | 'responsible_id'
  | 'dissatisfied'
  | Factor

const TEXTS = ['verbatim', 'discussed', 'planned', 'agreed', 'note', 'problem'] as const
const CHOICES = ['permission', 'responsible_id', 'dissatisfied'] as const

/** Longest text the server takes, characters. */
export const TEXT_MAX = 2000

export const emptyDraft: Draft = { scores: {}, dissatisfied: false }

/** Absent, `null` and the empty text mean the same: nothing written. */
function plain<T>(value: T | null | undefined): T | undefined {
  return value === null || value === '' ? undefined : value
}

export function sameDraft(a: Draft, b: Draft): boolean {
  return (
    TEXTS.every((name) => plain(a[name]) === plain(b[name])) &&
    CHOICES.every((name) => plain(a[name]) === plain(b[name])) &&
    FACTORS.every((name) => plain(a.scores[name]) === plain(b.scores[name]))
  )
}

/** Both texts, unless one holds the other already. */
function joined(mine: string, theirs: string): string {
  if (mine.includes(theirs)) return mine
  if (theirs.includes(mine)) return theirs
  return `${theirs}\n${mine}`
}

/**
 * Joins what two people wrote since `base`. What only one changed is taken; where both did, no text is lost:
 * texts are put one below the other, choices stay as the person here has them. `clashes` names those fields.
 */
export function mergeDrafts(base: Draft, mine: Draft, theirs: Draft): { draft: Draft; clashes: DraftField[] } {
  const clashes: DraftField[] = []
  function pick<T>(name: DraftField, was: T | undefined, here: T | undefined, there: T | undefined): T | undefined {
    if (here === there || there === was) return here
    if (here === was) return there
    clashes.push(name)
    return typeof here === 'string' && typeof there === 'string' && TEXTS.some((text) => text === name)
      ? (joined(here, there) as T)
      : (here ?? there)
  }
  const draft: Draft = { scores: {}, dissatisfied: false }
  for (const name of TEXTS) draft[name] = pick(name, plain(base[name]), plain(mine[name]), plain(theirs[name]))
  draft.permission = pick('permission', plain(base.permission), plain(mine.permission), plain(theirs.permission))
  draft.responsible_id = pick(
    'responsible_id',
    plain(base.responsible_id),
    plain(mine.responsible_id),
    plain(theirs.responsible_id),
  )
  draft.dissatisfied = pick('dissatisfied', base.dissatisfied, mine.dissatisfied, theirs.dissatisfied) ?? false
  for (const name of FACTORS)
    draft.scores[name] = pick(name, plain(base.scores[name]), plain(mine.scores[name]), plain(theirs.scores[name]))
  return { draft, clashes }
}

/** A mark of 1 or 2: the customer is not satisfied. */
export const LOW = 2

export function hasLowScore(draft: Draft): boolean {
  return FACTORS.some((factor) => {
    const score = draft.scores[factor]
    return typeof score === 'number' && score <= LOW
  })
}

/** Sets or clears a mark. The first low one proposes a slip; the caller may decide otherwise. */
export function withScore(draft: Draft, factor: Factor, score: number | undefined): Draft {
  const before = hasLowScore(draft)
  const next: Draft = { ...draft, scores: { ...draft.scores, [factor]: score } }
  if (!before && hasLowScore(next)) next.dissatisfied = true
  return next
}
