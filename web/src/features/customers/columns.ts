import { useState } from 'react'

/** Columns of the list that can be hidden; the customer's name cannot. */
export const COLUMNS = [
  'tier',
  'phone',
  'asset',
  'stage',
  'lastVisit',
  'lastContact',
  'visits',
  'orders',
  'revenue',
  'tags',
  'owner',
  'branch',
] as const
export type Column = (typeof COLUMNS)[number]

const USUAL: readonly Column[] = ['tier', 'phone', 'asset', 'lastVisit', 'revenue', 'owner']
const KEY = 'liuke.customers.columns'

/** What was stored, in the order of the list; anything unknown is dropped. */
export function readColumns(stored: string | null): Column[] {
  if (stored === null) return [...USUAL]
  const names = stored.split(',')
  return COLUMNS.filter((column) => names.includes(column))
}

function load(): Column[] {
  try {
    return readColumns(localStorage.getItem(KEY))
  } catch {
    return [...USUAL]
  }
}

/** The columns this browser shows. */
export function useColumns(): [Column[], (columns: Column[]) => void] {
  const [columns, setColumns] = useState(load)
  function choose(next: Column[]) {
    const inOrder = COLUMNS.filter((column) => next.includes(column))
    setColumns(inOrder)
    try {
      localStorage.setItem(KEY, inOrder.join(','))
    } catch {
      // Private windows may refuse storage: the choice then lasts as long as the page.
    }
  }
  return [columns, choose]
}
