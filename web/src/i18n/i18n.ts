import dayjs from 'dayjs'
import i18next from 'i18next'
import { initReactI18next } from 'react-i18next'
import 'dayjs/locale/zh-cn'
import { zhCN } from './zh-CN.ts'

export type Language = 'zh-CN' | 'en'

declare module 'i18next' {
  interface CustomTypeOptions {
    defaultNS: 'translation'
    resources: { translation: typeof zhCN }
    returnNull: false
  }
}

/** Starts translation; English is fetched before it is first shown. */
export async function startI18n(language: Language): Promise<void> {
  await i18next.use(initReactI18next).init({
    lng: 'zh-CN',
    fallbackLng: 'zh-CN',
    resources: { 'zh-CN': { translation: zhCN } },
    interpolation: { escapeValue: false },
    returnNull: false,
  })
  await setLanguage(language)
}

/** Switches the words, the dates and the document's language together. */
export async function setLanguage(language: Language): Promise<void> {
  if (language === 'en' && !i18next.hasResourceBundle('en', 'translation')) {
    const { en } = await import('./en.ts')
    i18next.addResourceBundle('en', 'translation', en)
  }
  dayjs.locale(language === 'en' ? 'en' : 'zh-cn')
  await i18next.changeLanguage(language)
  document.documentElement.lang = language
}

/** `甲、乙和丙` or `A, B, and C`, by the language shown. */
export function listWords(words: readonly string[]): string {
  return new Intl.ListFormat(i18next.language, { type: 'conjunction' }).format(words)
}

/** Lists that the server gives are joined in the language shown. */
function listed(params: Record<string, unknown> | undefined): Record<string, unknown> | undefined {
  if (!params) return undefined
  return Object.fromEntries(
    Object.entries(params).map(([name, value]) => [name, Array.isArray(value) ? listWords(value.map(String)) : value]),
  )
}

/** The words of a key that comes from the server (a code), or `undefined` when there are none. */
export function wordsOf(key: string, params?: Record<string, unknown>): string | undefined {
  if (!i18next.exists(key)) return undefined
  const words: unknown = i18next.t(key as never, listed(params) as never)
  return typeof words === 'string' ? words : undefined
}
