import type { TFunction } from 'i18next'
import { addDays, atWall, clock, today } from './dates.ts'

export interface Moment {
  key: string
  /** Epoch ms. */
  at: number
}

/** Hours in which customers may be contacted, `09:00`–`11:30` at the shop. */
export interface Window {
  from: string
  to: string
}

/** The usual times to come back to something; those that have passed or are minutes away are left out. */
export function moments(now: number, wanted: readonly { key: string; days: number; time: string }[]): Moment[] {
  const on = today(now)
  return wanted
    .map(({ key, days, time }) => ({ key, at: atWall(addDays(on, days), time) }))
    .filter((moment) => moment.at > now + 10 * 60_000)
}

/** Whether a time falls into the contact hours; no hours set means any time. */
export function inWindows(at: number, windows: readonly Window[]): boolean {
  const time = clock(at)
  return windows.length === 0 || windows.some((window) => time >= window.from && time < window.to)
}

/** `09:00–11:30` */
export function windowWords({ from, to }: Window): string {
  return `${from}–${to}`
}

/** `09:00–11:30、14:00–20:00` */
export function windowsWords(t: TFunction, windows: readonly Window[]): string {
  return windows.map(windowWords).join(t('common.comma'))
}
