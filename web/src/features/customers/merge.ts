/** What a form holds after somebody else has saved the same record meanwhile. */
export interface Merged<V> {
  values: V
  /** Fields that only the other changed: they have their values now. */
  taken: (keyof V & string)[]
  /** Fields that both changed: they keep what was typed here. */
  clashes: (keyof V & string)[]
}

/** Two values as a person sees them: absent, `null` and empty text are the same. */
export function same(one: unknown, other: unknown): boolean {
  return plain(one) === plain(other)
}

function plain(value: unknown): string {
  return JSON.stringify(value ?? null, (_, part: unknown) => {
    if (part === '' || part === undefined) return null
    if (typeof part !== 'object' || part === null || Array.isArray(part)) return part
    const entries = Object.entries(part).filter(([, each]) => each !== undefined && each !== null && each !== '')
    return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)))
  })
}

/** Joins field by field: what was changed here stays, everything else is as the other left it. */
export function merge<V extends object>(base: V, mine: V, theirs: V): Merged<V> {
  const merged: Merged<V> = { values: { ...theirs }, taken: [], clashes: [] }
  for (const key of Object.keys({ ...base, ...mine, ...theirs }) as (keyof V & string)[]) {
    const changedHere = !same(base[key], mine[key])
    const changedThere = !same(base[key], theirs[key])
    if (changedHere) merged.values[key] = mine[key]
    if (!changedThere || same(mine[key], theirs[key])) continue
    if (changedHere) merged.clashes.push(key)
    else merged.taken.push(key)
  }
  return merged
}
