import i18next from 'i18next'
import { beforeAll, expect, test } from 'vitest'
import { startI18n } from '~/i18n/i18n.ts'
import { lasting } from './lasting.ts'

beforeAll(() => startI18n('zh-CN'))

test('says a length of time in the unit that suits it', () => {
  expect(lasting(i18next.t, 35 * 60_000)).toBe('35 分钟')
  expect(lasting(i18next.t, 26.52 * 3_600_000)).toBe('26.5 小时')
  expect(lasting(i18next.t, 3.2 * 86_400_000)).toBe('3.2 天')
  expect(lasting(i18next.t, null)).toBe('—')
})
