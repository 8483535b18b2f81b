import { QueryClientProvider } from '@tanstack/react-query'
import { RouterProvider } from '@tanstack/react-router'
import { App, ConfigProvider } from 'antd'
import en from 'antd/locale/en_US'
import zhCN from 'antd/locale/zh_CN'
import { useEffect, useMemo } from 'react'
import { setUnauthenticatedHandler } from '~/api/client.ts'
import { usePrefs } from '~/shared/lib/prefs.ts'
import { useIsMobile, useLessMotion } from '~/shared/lib/useMedia.ts'
import { antdTheme } from '~/theme/antd.ts'
import { queryClient } from './queryClient.ts'
import { router } from './router.ts'

/** A session that ended: the page asked for is remembered in the address. */
function toLogin() {
  const { pathname, href } = router.state.location
  if (pathname === '/login') return
  queryClient.clear()
  void router.navigate({ to: '/login', search: { next: href, expired: true } })
}

export function Providers() {
  const { theme, density, language } = usePrefs()
  const mobile = useIsMobile()
  const still = useLessMotion()
  const antd = useMemo(() => antdTheme(theme, density === 'compact', mobile, still), [theme, density, mobile, still])
  useEffect(() => setUnauthenticatedHandler(toLogin), [])
  return (
    <ConfigProvider theme={antd} locale={language === 'en' ? en : zhCN} button={{ autoInsertSpace: false }}>
      <App message={{ maxCount: 3 }}>
        <QueryClientProvider client={queryClient}>
          <RouterProvider router={router} />
        </QueryClientProvider>
      </App>
    </ConfigProvider>
  )
}
