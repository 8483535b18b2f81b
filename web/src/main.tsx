import './theme/global.css'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { setOff } from './app/ahead.ts'
import { addFormats } from './app/formats.ts'
import { Providers } from './app/Providers.tsx'
import { startI18n } from './i18n/i18n.ts'
import { getPrefs } from './shared/lib/prefs.ts'

// After an upgrade an old tab asks for parts that are gone: load the new ones, once.
addEventListener('vite:preloadError', () => {
  const last = Number(sessionStorage.getItem('liuke.reloaded') ?? 0)
  if (Date.now() - last < 30_000) return
  sessionStorage.setItem('liuke.reloaded', String(Date.now()))
  location.reload()
})

const root = document.getElementById('root')
if (root) {
  setOff()
  await startI18n(getPrefs().language)
  addFormats()
  createRoot(root).render(
    <StrictMode>
      <Providers />
    </StrictMode>,
  )
}
