import dayjs, { type Dayjs } from 'dayjs'
import timezone from 'dayjs/plugin/timezone'
import utc from 'dayjs/plugin/utc'

dayjs.extend(utc)
dayjs.extend(timezone)

/** The firm's time zone; a person who travels still sees the shop's time. */
let zone = 'Asia/Shanghai'

export function setZone(name: string): void {
  zone = name
}

/** An instant (epoch ms) as the shop's wall time. */
export function local(at: number): Dayjs {
  return dayjs(at).tz(zone)
}

/** `2026-11-21 20:04` */
export function instant(at: number | null | undefined): string {
  return at === null || at === undefined ? '—' : local(at).format('YYYY-MM-DD HH:mm')
}

/** `11-21 20:04`: in lists, where the year goes without saying. */
export function instantShort(at: number | null | undefined): string {
  return at === null || at === undefined ? '—' : local(at).format('MM-DD HH:mm')
}

/** `20:04` */
export function clock(at: number): string {
  return local(at).format('HH:mm')
}

/** A business day (`YYYY-MM-DD`) is shown as it is. */
export function day(on: string | null | undefined): string {
  return on ?? '—'
}

/** `11月21日 星期六` / `Saturday, 21 November` */
export function longDay(on: string): string {
  const value = dayjs(on)
  return value.locale().startsWith('zh') ? value.format('M 月 D 日 dddd') : value.format('dddd, D MMMM')
}

/** Wall time of the shop, as picked in a form, to epoch ms. */
export function toInstant(value: Dayjs): number {
  return dayjs.tz(value.format('YYYY-MM-DDTHH:mm:ss'), zone).valueOf()
}

/** A day as picked in a form. */
export function toDay(value: Dayjs): string {
  return value.format('YYYY-MM-DD')
}

/** Start of a day (`YYYY-MM-DD`) at the shop, epoch ms. */
export function startOfDay(on: string): number {
  return dayjs.tz(`${on}T00:00:00`, zone).valueOf()
}

/** A day and a time (`18:30`) at the shop, epoch ms. */
export function atWall(on: string, time: string): number {
  return dayjs.tz(`${on}T${time}:00`, zone).valueOf()
}

/** An instant as a form's date picker takes it: the shop's wall time; {@link toInstant} is the way back. */
export function toPicker(at: number): Dayjs {
  return dayjs(local(at).format('YYYY-MM-DDTHH:mm:ss'))
}

/** Today's business day at the shop. */
export function today(now: number): string {
  return local(now).format('YYYY-MM-DD')
}

/** A day some days later or earlier. */
export function addDays(on: string, days: number): string {
  return dayjs(on).add(days, 'day').format('YYYY-MM-DD')
}
