/** The codes of imports, in the order in which they are offered. Words: `imports.<group>.<code>`. */
export const KINDS = ['customers', 'assets', 'orders', 'service_records'] as const
export const OUTCOMES = ['create', 'update', 'skip', 'refuse'] as const
export const STATUSES = ['draft', 'checking', 'checked', 'running', 'done', 'failed', 'cancelled'] as const
/** Names as the encoding standard writes them. */
export const ENCODINGS = ['UTF-8', 'gb18030', 'GBK', 'Big5', 'UTF-16LE', 'UTF-16BE'] as const
export const DELIMITERS = ['comma', 'semicolon', 'tab', 'pipe', 'spaces'] as const
export const MATCHES = ['external_id', 'phone', 'plate', 'vin'] as const
export const ON_MATCH = ['skip', 'fill_blanks', 'overwrite'] as const
export const SOURCES = ['walk_in', 'referral', 'phone', 'web', 'event', 'import', 'other'] as const

export type Kind = (typeof KINDS)[number]
export type Outcome = (typeof OUTCOMES)[number]

/** The value when it is one of the list. */
export function oneOf<T extends string>(all: readonly T[], value: unknown): T | undefined {
  return all.find((each) => each === value)
}
