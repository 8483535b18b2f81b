/** Shares are basis points on the wire and percent on the screen. */

export interface ShareValues {
  a: number
  b: number
  c: number
}

/** `[100, 400, 1500, 8000]` → percent of A, B and C. */
export function toPercents(bp: readonly number[]): ShareValues {
  const [a = 0, b = 0, c = 0] = bp
  return { a: a / 100, b: b / 100, c: c / 100 }
}

/** What is left for D, in basis points; negative when A, B and C are too much. */
export function restBp({ a, b, c }: Partial<ShareValues>): number {
  return 10_000 - [a, b, c].reduce<number>((sum, share) => sum + Math.round((share ?? 0) * 100), 0)
}

/** Percent of A, B and C → basis points of all four. */
export function toBp(values: ShareValues): number[] {
  return [...[values.a, values.b, values.c].map((share) => Math.round(share * 100)), restBp(values)]
}

/** Whether a customer rose, fell, stayed or is seen for the first time. */
export type Movement = 'up' | 'down' | 'same' | 'first'

export function movement(tier: string, previous: string | null | undefined): Movement {
  if (!previous) return 'first'
  if (tier === previous) return 'same'
  return tier < previous ? 'up' : 'down'
}
