import { KINDS } from '~/shared/lib/followupWords.ts'

export const TIERS = ['A', 'B', 'C', 'D'] as const
export const WHO = ['me', 'unassigned', 'team', 'all'] as const

/** What today's list shows; lives in the address so that a colleague sees the same. */
export interface TodaySearch {
  kind?: (typeof KINDS)[number]
  tier?: (typeof TIERS)[number]
  /** Absent: what is mine, and what nobody has taken and I may. */
  who?: (typeof WHO)[number]
  q?: string
}

function oneOf<T extends string>(all: readonly T[], value: unknown): T | undefined {
  return all.find((each) => each === value)
}

export function todaySearch(input: Record<string, unknown>): TodaySearch {
  const q = typeof input.q === 'string' || typeof input.q === 'number' ? String(input.q).trim() : ''
  return {
    kind: oneOf(KINDS, input.kind),
    tier: oneOf(TIERS, input.tier),
    who: oneOf(WHO, input.who),
    q: q === '' ? undefined : q,
  }
}

/** The same as the server's parameters. */
export function todayQuery({ kind, tier, q, who }: TodaySearch): TodaySearch {
  return { kind, tier, q, who }
}

export function isFiltered(search: TodaySearch): boolean {
  return Boolean(search.kind ?? search.tier ?? search.q)
}
