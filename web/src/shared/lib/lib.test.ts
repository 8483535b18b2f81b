import dayjs from 'dayjs'
import { describe, expect, it } from 'vitest'
import { addDays, instant, startOfDay, today, toInstant } from './dates.ts'
import { money, moneyShort, parseMoney } from './money.ts'
import { mark, percent } from './ratio.ts'
import { span, urgencyNow } from './sla.ts'

describe('money', () => {
  it('is fen, shown as yuan', () => {
    expect(money(123450)).toBe('¥1,234.50')
    expect(money(-1200)).toBe('−¥12.00')
    expect(money(0)).toBe('¥0.00')
    expect(moneyShort(8642049)).toBe('¥86,420')
  })

  it('is read as typed', () => {
    expect(parseMoney('1,234.5')).toBe(123450)
    expect(parseMoney('￥１２．０５')).toBe(1205)
    expect(parseMoney('-3')).toBe(-300)
    expect(parseMoney('0.07')).toBe(7)
    expect(parseMoney('1.234')).toBeUndefined()
    expect(parseMoney('')).toBeUndefined()
    expect(parseMoney('twelve')).toBeUndefined()
  })
})

describe('ratios', () => {
  it('are basis points and hundredths', () => {
    expect(percent(9430)).toBe('94.3%')
    expect(percent(null)).toBe('—')
    expect(mark(452)).toBe('4.52')
  })
})

describe('dates', () => {
  it('are shown and read in the zone of the shop', () => {
    const at = Date.UTC(2026, 10, 21, 16, 30)
    expect(instant(at)).toBe('2026-11-22 00:30')
    expect(today(at)).toBe('2026-11-22')
    expect(startOfDay('2026-11-22')).toBe(Date.UTC(2026, 10, 21, 16))
    expect(toInstant(dayjs('2026-11-22T00:30:00'))).toBe(at)
    expect(addDays('2026-02-28', 1)).toBe('2026-03-01')
  })
})

describe('due times', () => {
  it('count seconds within the hour, minutes within ten, then hours, from two days on days', () => {
    expect(span(27 * 60_000 + 23_000).text).toBe('27:23')
    expect(span(-(3 * 3_600_000 + 5 * 60_000))).toMatchObject({ unit: 'minutes', hours: 3, minutes: 5 })
    expect(span(15 * 3_600_000 + 5_000)).toMatchObject({ unit: 'hours', hours: 15 })
    expect(span(3 * 86_400_000 + 1)).toMatchObject({ unit: 'days', days: 3 })
  })

  it('become overdue between two answers of the server', () => {
    expect(urgencyNow('soon', 1000, 999)).toBe('soon')
    expect(urgencyNow('soon', 1000, 1000)).toBe('overdue')
  })
})
