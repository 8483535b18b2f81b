import type { TFunction } from 'i18next'
import { useSyncExternalStore } from 'react'

/** How pressing a due time is. The server decides (thresholds are shares of the time allowed). */
export type Urgency = 'ok' | 'soon' | 'urgent' | 'overdue'

/** The server's clock minus this computer's, ms: a wrong clock on a desk must not show false delays. */
let skew = 0
let now = Date.now()
let timer: ReturnType<typeof setInterval> | undefined
const listeners = new Set<() => void>()

export function setServerNow(serverNow: number): void {
  skew = serverNow - Date.now()
  now = Date.now() + skew
}

/** The server's time now, epoch ms. */
export function serverNow(): number {
  return Date.now() + skew
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  if (!timer) {
    now = serverNow()
    timer = setInterval(() => {
      now = serverNow()
      for (const each of listeners) each()
    }, 1000)
  }
  return () => {
    listeners.delete(listener)
    if (listeners.size === 0) {
      clearInterval(timer)
      timer = undefined
    }
  }
}

/** The server's time, once a second; one timer for the whole page however many rows look at it. */
export function useNow(): number {
  return useSyncExternalStore(subscribe, () => now)
}

/** Time that has passed since the answer came can make a thing late before the server says so again. */
export function urgencyNow(said: Urgency, dueAt: number, at: number): Urgency {
  return at >= dueAt ? 'overdue' : said === 'overdue' ? 'urgent' : said
}

export interface Span {
  /** Which words: days; hours; hours and minutes; or a clock of minutes and seconds. */
  unit: 'days' | 'hours' | 'minutes' | 'clock'
  days: number
  hours: number
  minutes: number
  /** `27:23`, below an hour. */
  text: string
}

/** A length of time for a badge, the finer the shorter it is; seconds only within the hour. */
export function span(ms: number): Span {
  const seconds = Math.floor(Math.abs(ms) / 1000)
  const days = Math.floor(seconds / 86_400)
  const hours = Math.floor(seconds / 3600)
  const minutes = Math.floor((seconds % 3600) / 60)
  const two = (value: number) => String(value).padStart(2, '0')
  const unit = days >= 2 ? 'days' : hours >= 10 ? 'hours' : hours >= 1 ? 'minutes' : 'clock'
  return { unit, days, hours, minutes, text: `${two(minutes)}:${two(seconds % 60)}` }
}

/** The same in words. */
export function spanWords(t: TFunction, ms: number): string {
  const { unit, days, hours, minutes, text } = span(ms)
  if (unit === 'days') return t('common.day', { count: days })
  if (unit === 'hours') return t('common.hour', { count: hours })
  return unit === 'minutes' ? t('common.hourMinute', { hours, minutes }) : text
}
