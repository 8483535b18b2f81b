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

/** The words of a key that comes from the server (a code), or `undefined` when there are none. */
export function wordsOf(key: string, params?: Record<string, unknown>): string | undefined {
  if (!i18next.exists(key)) return undefined
  const words: unknown = i18next.t(key as never, params as never)
  return typeof words === 'string' ? words : undefined
}
