export const STATES = ['raised', 'answered', 'countersigned', 'closed'] as const

/** What the list of slips shows; lives in the address. */
export interface SlipsSearch {
  state?: (typeof STATES)[number]
  /** Those that wait for me. */
  mine?: boolean
  overdue?: boolean
  q?: string
}

export function slipsSearch(input: Record<string, unknown>): SlipsSearch {
  const q = typeof input.q === 'string' || typeof input.q === 'number' ? String(input.q).trim() : ''
  return {
    state: STATES.find((each) => each === input.state),
    mine: input.mine === true ? true : undefined,
    overdue: input.overdue === true ? true : undefined,
    q: q === '' ? undefined : q,
  }
}
