import i18next from 'i18next'
import { beforeAll, expect, test } from 'vitest'
import { startI18n } from '~/i18n/i18n.ts'
import { fieldWords, reasonWords, sizeWords } from './words.ts'

beforeAll(() => startI18n('zh-CN'))

test('reasons name the cell', () => {
  const t = i18next.t
  expect(reasonWords(t, { code: 'import.bad_phone', field: 'phone', value: '不详' })).toBe('电话「不详」：电话无法识别')
  expect(reasonWords(t, { code: 'import.missing_required', field: 'name' })).toBe('姓名：没有填写')
  expect(reasonWords(t, { code: 'import.no_customer' })).toBe('没有说明是哪位客户')
  expect(reasonWords(t, { code: 'import.brand_new' })).toBe('import.brand_new')
})

test('sizes are short', () => {
  expect([0, 999, 1400, 45_600_000, 123_000_000].map(sizeWords)).toEqual([
    '0 B',
    '999 B',
    '1.4 kB',
    '45.6 MB',
    '123 MB',
  ])
  expect(fieldWords('never_heard')).toBe('never_heard')
})
