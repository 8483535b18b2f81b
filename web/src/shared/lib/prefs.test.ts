import i18next from 'i18next'
import { beforeAll, expect, test, vi } from 'vitest'
import { startI18n } from '~/i18n/i18n.ts'
import { getPrefs } from './prefs.ts'

beforeAll(() => startI18n('zh-CN'))

function chosenElsewhere(key: string, newValue: string) {
  dispatchEvent(new StorageEvent('storage', { key: `liuke.${key}`, newValue }))
}

test('theme, density and language follow what another tab chose', async () => {
  chosenElsewhere('theme', 'dark')
  chosenElsewhere('density', 'compact')
  chosenElsewhere('language', 'en')
  await vi.waitFor(() => expect(getPrefs()).toEqual({ theme: 'dark', density: 'compact', language: 'en' }))
  expect(i18next.language).toBe('en')
  expect(document.documentElement.lang).toBe('en')

  chosenElsewhere('language', 'xx')
  chosenElsewhere('language', 'zh-CN')
  await vi.waitFor(() => expect(getPrefs().language).toBe('zh-CN'))
})
