export const TIERS = ['A', 'B', 'C', 'D'] as const
export type Tier = (typeof TIERS)[number]

export const PANELS = ['settings', 'run'] as const

/** What the address of the pyramid may say. */
export interface PyramidSearch {
  /** `2026-11`; absent: the newest month. */
  month?: string
  /** Whose customers are listed; absent: all. */
  tier?: Tier
  /** The drawer that is open. */
  panel?: (typeof PANELS)[number]
}

export function pyramidSearch(search: Record<string, unknown>): PyramidSearch {
  const { month } = search
  return {
    month: typeof month === 'string' && /^\d{4}-(0[1-9]|1[0-2])$/.test(month) ? month : undefined,
    tier: TIERS.find((tier) => tier === search.tier),
    panel: PANELS.find((panel) => panel === search.panel),
  }
}
