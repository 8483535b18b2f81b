/** One field of an audit entry, as it was and as it became. */
export interface Change {
  field: string
  before: string
  after: string
}

function shown(value: unknown): string {
  if (value === undefined || value === null) return '—'
  return typeof value === 'string' ? value : JSON.stringify(value)
}

function entries(value: unknown): [string, unknown][] {
  if (value === null || value === undefined) return []
  if (typeof value === 'object' && !Array.isArray(value)) return Object.entries(value)
  return [['', value]]
}

/** The fields that differ; for an entry with one side only, all of that side. */
export function changes(before: unknown, after: unknown): Change[] {
  const was = new Map(entries(before))
  const is = new Map(entries(after))
  return [...new Set([...was.keys(), ...is.keys()])]
    .map((field) => ({ field, before: shown(was.get(field)), after: shown(is.get(field)) }))
    .filter((change) => change.before !== change.after)
}
