import type { Tier } from '~/shared/ui/TierBadge.tsx'

export interface Cut {
  tier: Tier
  /** First and last place of the tier; nobody when the first is behind the last. */
  from: number
  to: number
}

/** Places of each tier: `cut_…` is the last place of A, of B, of C; D is the rest. */
export function cutsOf(explain: { cut_a: number; cut_b: number; cut_c: number; ranked: number }): Cut[] {
  const { cut_a, cut_b, cut_c, ranked } = explain
  return [
    { tier: 'A', from: 1, to: cut_a },
    { tier: 'B', from: cut_a + 1, to: cut_b },
    { tier: 'C', from: cut_b + 1, to: cut_c },
    { tier: 'D', from: cut_c + 1, to: ranked },
  ]
}
