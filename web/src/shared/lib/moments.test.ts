import i18next from 'i18next'
import { beforeAll, expect, test } from 'vitest'
import { startI18n } from '~/i18n/i18n.ts'
import { atWall } from './dates.ts'
import { inWindows, moments, windowsWords } from './moments.ts'

beforeAll(() => startI18n('zh-CN'))

const WANTED = [
  { key: 'afternoon', days: 0, time: '15:00' },
  { key: 'evening', days: 0, time: '18:30' },
  { key: 'tomorrow', days: 1, time: '09:00' },
]

test('offers only times to come, at the shop', () => {
  const now = atWall('2026-11-21', '15:20')
  expect(moments(now, WANTED)).toEqual([
    { key: 'evening', at: atWall('2026-11-21', '18:30') },
    { key: 'tomorrow', at: atWall('2026-11-22', '09:00') },
  ])
})

test('knows the day of the shop, not of the browser', () => {
  // 00:30 on the 22nd in Shanghai is still the 21st in UTC, where these tests run.
  const now = Date.UTC(2026, 10, 21, 16, 30)
  expect(moments(now, WANTED)[0]).toEqual({ key: 'afternoon', at: atWall('2026-11-22', '15:00') })
})

test('contact hours hold from their start to before their end', () => {
  const windows = [
    { from: '09:00', to: '11:30' },
    { from: '14:00', to: '20:00' },
  ]
  expect(inWindows(atWall('2026-11-21', '09:00'), windows)).toBe(true)
  expect(inWindows(atWall('2026-11-21', '11:30'), windows)).toBe(false)
  expect(inWindows(atWall('2026-11-21', '12:00'), windows)).toBe(false)
  expect(inWindows(atWall('2026-11-21', '03:00'), [])).toBe(true)
  expect(windowsWords(i18next.t, windows)).toBe('09:00–11:30、14:00–20:00')
})
