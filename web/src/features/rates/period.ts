import { addDays } from '~/shared/lib/dates.ts'
import type { By, Preset, RatesSearch } from './search.ts'

/** First and last day, both included. */
export interface Days {
  from: string
  to: string
}

/** Weeks begin on Monday. */
function monday(on: string): string {
  const weekday = new Date(`${on}T00:00:00Z`).getUTCDay()
  return addDays(on, -((weekday + 6) % 7))
}

function firstOfMonth(on: string): string {
  return `${on.slice(0, 7)}-01`
}

function firstOfQuarter(on: string): string {
  const month = Number(on.slice(5, 7))
  return `${on.slice(0, 4)}-${String(month - ((month - 1) % 3)).padStart(2, '0')}-01`
}

function lastOfMonth(on: string): string {
  return addDays(firstOfMonth(addDays(firstOfMonth(on), 31)), -1)
}

/** The days of a moving period that ends today; last month ends with its last day. */
export function presetDays(preset: Preset, today: string): Days {
  switch (preset) {
    case 'd7':
      return { from: addDays(today, -6), to: today }
    case 'd30':
      return { from: addDays(today, -29), to: today }
    case 'month':
      return { from: firstOfMonth(today), to: today }
    case 'last_month': {
      const to = addDays(firstOfMonth(today), -1)
      return { from: firstOfMonth(to), to }
    }
    case 'quarter':
      return { from: firstOfQuarter(today), to: today }
    case 'year':
      return { from: `${today.slice(0, 4)}-01-01`, to: today }
  }
}

export function daysOf(search: RatesSearch, today: string): Days {
  if (search.from && search.to) return { from: search.from, to: search.to }
  return presetDays(search.period ?? 'd30', today)
}

/** Number of days, both ends included. */
export function length({ from, to }: Days): number {
  return Math.round((Date.parse(to) - Date.parse(from)) / 86_400_000) + 1
}

/** As many days just before, to compare with. */
export function preceding(days: Days): Days {
  const to = addDays(days.from, -1)
  return { from: addDays(to, 1 - length(days)), to }
}

/** Grouping that gives a readable chart when nobody has chosen one. */
export function usualBy(days: Days): By {
  const n = length(days)
  return n <= 45 ? 'day' : n <= 200 ? 'week' : 'month'
}

export function isTime(by: By): by is 'day' | 'week' | 'month' {
  return by === 'day' || by === 'week' || by === 'month'
}

/** The days of a group of time, cut to the period; its key is its first day. */
export function groupDays(by: 'day' | 'week' | 'month', key: string, days: Days): Days {
  const from = by === 'week' ? monday(key) : by === 'month' ? firstOfMonth(key) : key
  const to = by === 'week' ? addDays(from, 6) : by === 'month' ? lastOfMonth(from) : from
  return { from: from < days.from ? days.from : from, to: to > days.to ? days.to : to }
}
