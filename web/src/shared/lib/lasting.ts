import type { TFunction } from 'i18next'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

/** A length of time in words, no finer than it is worth: `35 分钟`, `26.5 小时`, `3.2 天`. */
export function lasting(t: TFunction, ms: number | null | undefined): string {
  if (ms === null || ms === undefined) return '—'
  const tenths = (unit: number) => Math.round((ms / unit) * 10) / 10
  if (ms < HOUR) return t('common.minute', { count: Math.round(ms / MINUTE) })
  if (ms < 2 * DAY) return t('common.hour', { count: tenths(HOUR) })
  return t('common.day', { count: tenths(DAY) })
}
