import { Link, Outlet, useNavigate } from '@tanstack/react-router'
import { lazy, Suspense, useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { startLive } from '~/api/live.ts'
import { useSession } from '~/api/session.ts'
import { setZone } from '~/shared/lib/dates.ts'
import { useShortcuts } from '~/shared/lib/shortcuts.ts'
import { setServerNow } from '~/shared/lib/sla.ts'
import { useIsMobile } from '~/shared/lib/useMedia.ts'
import { ShortcutsHelp } from '~/shared/ui/ShortcutsHelp.tsx'
import { WordMark } from '~/shared/ui/WordMark.tsx'
import { navFor } from './nav.tsx'
import { queryClient } from './queryClient.ts'
import styles from './Shell.module.css'
import { TabBar } from './TabBar.tsx'
import { TopBar } from './TopBar.tsx'
import { UrgentCount } from './UrgentCount.tsx'

// Not a route: fetched when first opened, for it is not needed to see the page.
const CommandPalette = lazy(() => import('~/shared/ui/CommandPalette.tsx').then((m) => ({ default: m.CommandPalette })))

/** The frame of every page behind the log-in. */
export function Shell() {
  const session = useSession()
  const { t } = useTranslation()
  const navigate = useNavigate()
  const mobile = useIsMobile()
  const [palette, setPalette] = useState(false)
  const [help, setHelp] = useState(false)
  const items = navFor(session.permissions)

  setZone(session.zone)
  useEffect(() => setServerNow(session.server_now), [session.server_now])
  useEffect(() => startLive(queryClient), [])
  useShortcuts({
    'mod+k': () => setPalette(true),
    '/': () => setPalette(true),
    '?': () => setHelp(true),
    ...Object.fromEntries(items.map((item) => [`g ${item.letter}`, () => void navigate({ to: item.to })])),
  })

  const pages = items.map((item) => ({
    key: item.key,
    label: t(`shell.nav.${item.key}`),
    keywords: item.keywords,
    letter: item.letter,
    open: () => void navigate({ to: item.to }),
  }))

  return (
    <div className={styles.shell}>
      <a className={styles.skip} href="#content">
        {t('shell.skip')}
      </a>
      {mobile ? null : (
        <nav className={styles.side} aria-label={t('shell.navigation')}>
          <div className={styles.brand}>
            <Link to="/" aria-label={t('shell.brand')}>
              <WordMark />
            </Link>
          </div>
          <ul className={styles.nav}>
            {items.map((item) => (
              <li key={item.key}>
                <Link to={item.to} className={styles.item}>
                  {item.icon}
                  <span className={styles.label}>{t(`shell.nav.${item.key}`)}</span>
                  <UrgentCount of={item.key} />
                </Link>
              </li>
            ))}
          </ul>
        </nav>
      )}
      <div className={styles.main}>
        <TopBar openPalette={() => setPalette(true)} openHelp={() => setHelp(true)} />
        <main id="content" className={styles.content} tabIndex={-1}>
          <Outlet />
        </main>
      </div>
      {mobile ? <TabBar items={items} /> : null}
      <Suspense fallback={null}>
        {palette ? (
          <CommandPalette
            close={() => setPalette(false)}
            pages={pages}
            canSearch={session.permissions.includes('customer.read')}
            openCustomer={(id) => void navigate({ to: '/customers/$customerId', params: { customerId: id } })}
          />
        ) : null}
      </Suspense>
      <ShortcutsHelp open={help} close={() => setHelp(false)} pages={pages} />
    </div>
  )
}
