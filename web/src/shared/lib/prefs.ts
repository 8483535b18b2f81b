import { useSyncExternalStore } from 'react'
import { type Language, setLanguage } from '~/i18n/i18n.ts'

/** What a person chose for this browser; public/boot.js reads the same keys before the first paint. */
export interface Prefs {
  theme: 'light' | 'dark'
  density: 'comfortable' | 'compact'
  language: Language
}

const root = document.documentElement
let prefs: Prefs = {
  theme: root.dataset.theme === 'dark' ? 'dark' : 'light',
  density: root.dataset.density === 'compact' ? 'compact' : 'comfortable',
  language: root.lang === 'en' ? 'en' : 'zh-CN',
}
/** On paper everything is light, whatever was chosen. */
const paper = matchMedia('print')
let shown = prefs
const listeners = new Set<() => void>()

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

function apply(next: Prefs) {
  prefs = next
  shown = paper.matches ? { ...next, theme: 'light' } : next
  root.dataset.theme = next.theme
  root.dataset.density = next.density
  for (const listener of listeners) listener()
}

export function setPref<K extends keyof Prefs>(name: K, value: Prefs[K]): void {
  try {
    localStorage.setItem(`liuke.${name}`, value)
  } catch {
    // Private windows may refuse storage: the choice then lasts as long as the page.
  }
  apply({ ...prefs, [name]: value })
}

export function getPrefs(): Prefs {
  return shown
}

export function usePrefs(): Prefs {
  return useSyncExternalStore(subscribe, getPrefs)
}

paper.addEventListener('change', () => apply(prefs))

/** Follows a choice made in another tab. */
addEventListener('storage', (event) => {
  const { key, newValue } = event
  if (key === 'liuke.theme' && (newValue === 'light' || newValue === 'dark')) apply({ ...prefs, theme: newValue })
  if (key === 'liuke.density' && (newValue === 'comfortable' || newValue === 'compact'))
    apply({ ...prefs, density: newValue })
  if (key === 'liuke.language' && (newValue === 'zh-CN' || newValue === 'en'))
    void setLanguage(newValue).then(() => apply({ ...prefs, language: newValue }))
})
