import {
  ColumnHeightOutlined,
  MoonOutlined,
  SearchOutlined,
  SunOutlined,
  TranslationOutlined,
  UserOutlined,
  VerticalAlignMiddleOutlined,
} from '@ant-design/icons'
import { useNavigate } from '@tanstack/react-router'
import { Button, Dropdown, type MenuProps } from 'antd'
import { useTranslation } from 'react-i18next'
import { api } from '~/api/client.ts'
import { useSession } from '~/api/session.ts'
import { setLanguage } from '~/i18n/i18n.ts'
import { setPref, usePrefs } from '~/shared/lib/prefs.ts'
import { useRefused } from '~/shared/lib/useFeedback.ts'
import { useIsMobile } from '~/shared/lib/useMedia.ts'
import { queryClient } from './queryClient.ts'
import styles from './Shell.module.css'

const MOD = /Mac|iPhone|iPad/.test(navigator.userAgent) ? '⌘ K' : 'Ctrl K'

/** Search, the three switches of looks and language, and the person's menu. */
export function TopBar({ openPalette, openHelp }: { openPalette: () => void; openHelp: () => void }) {
  const { t } = useTranslation()
  const { staff } = useSession()
  const { theme, density, language } = usePrefs()
  const mobile = useIsMobile()
  const navigate = useNavigate()
  const refused = useRefused()
  const logout = api.useMutation('post', '/api/v1/logout')

  const dark = theme === 'dark'
  const compact = density === 'compact'
  const switchDensity = {
    label: t(compact ? 'shell.density.toComfortable' : 'shell.density.toCompact'),
    icon: compact ? <ColumnHeightOutlined /> : <VerticalAlignMiddleOutlined />,
    act: () => setPref('density', compact ? 'comfortable' : 'compact'),
  }
  const switchLanguage = {
    label: t('shell.language'),
    icon: <TranslationOutlined />,
    act: () => {
      const next = language === 'en' ? 'zh-CN' : 'en'
      void setLanguage(next).then(() => setPref('language', next))
    },
  }

  async function leave() {
    try {
      await logout.mutateAsync({})
      queryClient.clear()
      await navigate({ to: '/login' })
    } catch (error) {
      refused(error)
    }
  }

  const menu: NonNullable<MenuProps['items']> = [
    ...(mobile
      ? [
          { key: 'who', label: `${staff.name} · ${staff.branch_name}`, disabled: true },
          { key: 'density', label: switchDensity.label, icon: switchDensity.icon, onClick: switchDensity.act },
          { key: 'language', label: switchLanguage.label, icon: switchLanguage.icon, onClick: switchLanguage.act },
        ]
      : [{ key: 'help', label: t('shell.user.shortcuts'), onClick: openHelp }]),
    { key: 'password', label: t('shell.user.password'), onClick: () => void navigate({ to: '/password' }) },
    { type: 'divider' as const },
    { key: 'logout', label: t('shell.user.logout'), onClick: () => void leave() },
  ]

  return (
    <header className={styles.top}>
      <button type="button" className={styles.search} onClick={openPalette}>
        <SearchOutlined aria-hidden="true" />
        <span>{t('shell.searchPlaceholder')}</span>
        {mobile ? null : <kbd className={styles.kbd}>{MOD}</kbd>}
      </button>
      <div className={styles.space} />
      {mobile ? null : (
        <>
          <Button
            type="text"
            icon={switchDensity.icon}
            aria-label={switchDensity.label}
            title={switchDensity.label}
            onClick={switchDensity.act}
          />
          <Button
            type="text"
            icon={switchLanguage.icon}
            aria-label={switchLanguage.label}
            title={switchLanguage.label}
            onClick={switchLanguage.act}
          />
        </>
      )}
      <Button
        type="text"
        icon={dark ? <SunOutlined /> : <MoonOutlined />}
        aria-label={t(dark ? 'shell.theme.toLight' : 'shell.theme.toDark')}
        title={t(dark ? 'shell.theme.toLight' : 'shell.theme.toDark')}
        onClick={() => setPref('theme', dark ? 'light' : 'dark')}
      />
      <Dropdown menu={{ items: menu }} trigger={['click']} placement="bottomRight">
        {mobile ? (
          <Button type="text" icon={<UserOutlined />} aria-label={t('shell.user.menu', { name: staff.name })} />
        ) : (
          <Button type="text" className={styles.user} aria-label={t('shell.user.menu', { name: staff.name })}>
            {staff.name} · {staff.team_name ?? staff.branch_name}
          </Button>
        )}
      </Dropdown>
    </header>
  )
}
