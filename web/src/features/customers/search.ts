import type { paths } from '~/api/schema.gen.ts'
import { ENTRY_KINDS, type EntryKind, KINDS, oneOf, PERSONALITIES, SORTS, STAGES, TIERS } from './codes.ts'

/** What the addresses of the archive's pages may say. Anything else is dropped. */

/** The list of customers: what it is filtered and sorted by. */
export interface CustomersSearch {
  q?: string
  tier?: (typeof TIERS)[number]
  stage?: (typeof STAGES)[number]
  personality?: (typeof PERSONALITIES)[number]
  kind?: (typeof KINDS)[number]
  branch?: string
  owner?: string
  tag?: string
  source?: string
  /** Last visit at least this many days ago. */
  idle?: number
  /** Last visit from this day … */
  from?: string
  /** … to this day. */
  to?: string
  sort?: (typeof SORTS)[number]
}

type CustomersQuery = NonNullable<paths['/api/v1/customers']['get']['parameters']['query']>

/** Longest time without a visit that the server takes. */
export const IDLE_MAX = 36_500

function text(value: unknown): string | undefined {
  const words = typeof value === 'string' || typeof value === 'number' ? String(value).trim() : ''
  return words === '' ? undefined : words
}

function dayText(value: unknown): string | undefined {
  return typeof value === 'string' && /^\d{4}-\d{2}-\d{2}$/.test(value) ? value : undefined
}

function days(value: unknown): number | undefined {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value
  return typeof number === 'number' && Number.isInteger(number) && number >= 0 && number <= IDLE_MAX
    ? number
    : undefined
}

export function customersSearch(input: Record<string, unknown>): CustomersSearch {
  return {
    q: text(input.q),
    tier: oneOf(TIERS, input.tier),
    stage: oneOf(STAGES, input.stage),
    personality: oneOf(PERSONALITIES, input.personality),
    kind: oneOf(KINDS, input.kind),
    branch: text(input.branch),
    owner: text(input.owner),
    tag: text(input.tag),
    source: text(input.source),
    idle: days(input.idle),
    from: dayText(input.from),
    to: dayText(input.to),
    sort: input.sort === '-created' ? undefined : oneOf(SORTS, input.sort),
  }
}

/** The same as the server's parameters, without the order: a count has none. */
export function customersQuery(search: CustomersSearch): Omit<CustomersQuery, 'sort' | 'after' | 'limit'> {
  return {
    q: search.q,
    tier: search.tier,
    stage: search.stage,
    personality: search.personality,
    kind: search.kind,
    branch_id: search.branch,
    owner_id: search.owner,
    tag: search.tag,
    source: search.source,
    no_visit_days: search.idle,
    visited_from: search.from,
    visited_to: search.to,
  }
}

/** Filters that are set in the panel, each of which gets a chip. The two days of the last visit are one. */
export const CHIPS = ['stage', 'personality', 'kind', 'branch', 'owner', 'tag', 'source', 'idle', 'visited'] as const
export type Chip = (typeof CHIPS)[number]

export function chipsOf(search: CustomersSearch): Chip[] {
  return CHIPS.filter((chip) =>
    chip === 'visited' ? search.from !== undefined || search.to !== undefined : search[chip] !== undefined,
  )
}

/** The search without one chip. */
export function withoutChip(search: CustomersSearch, chip: Chip): CustomersSearch {
  return chip === 'visited' ? { ...search, from: undefined, to: undefined } : { ...search, [chip]: undefined }
}

export function isFiltered(search: CustomersSearch): boolean {
  return search.q !== undefined || search.tier !== undefined || chipsOf(search).length > 0
}

export const DRAWERS = ['asset', 'order', 'service'] as const

/** The customer's page: which part of the timeline, and which drawer is open. */
export interface CustomerSearch {
  kind?: EntryKind
  open?: (typeof DRAWERS)[number]
  /** What the drawer shows; without it something new is entered. */
  id?: string
}

export function customerSearch(input: Record<string, unknown>): CustomerSearch {
  const open = oneOf(DRAWERS, input.open)
  return { kind: oneOf(ENTRY_KINDS, input.kind), open, id: open ? text(input.id) : undefined }
}

/** Service history (维修历史) by plate, VIN or number. */
export interface ServicesSearch {
  q?: string
  /** The record in the drawer. */
  id?: string
}

export function servicesSearch(input: Record<string, unknown>): ServicesSearch {
  return { q: text(input.q), id: text(input.id) }
}
