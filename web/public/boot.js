// Runs before the first paint: theme, density and language chosen last time (see src/app/prefs.ts).
;(() => {
  const root = document.documentElement
  const read = (name) => {
    try {
      return localStorage.getItem(`liuke.${name}`)
    } catch {
      return null
    }
  }
  const theme = read('theme')
  const dark = theme === 'dark' || (theme !== 'light' && matchMedia('(prefers-color-scheme: dark)').matches)
  root.dataset.theme = dark ? 'dark' : 'light'
  root.dataset.density = read('density') === 'compact' ? 'compact' : 'comfortable'
  const language = read('language') ?? (navigator.language.toLowerCase().startsWith('zh') ? 'zh-CN' : 'en')
  root.lang = language === 'en' ? 'en' : 'zh-CN'
})()
