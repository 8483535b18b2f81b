import { ExportOutlined } from '@ant-design/icons'
import { Link, Outlet } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { useSession } from '~/api/session.ts'
import styles from './SettingsLayout.module.css'
import { sectionsFor } from './sections.ts'

/** The sections of the settings, above each of them. */
export function SettingsLayout() {
  const { t } = useTranslation()
  const { permissions } = useSession()
  return (
    <>
      <nav className={styles.nav} aria-label={t('settings.title')}>
        {sectionsFor(permissions).map((section) => (
          <Link key={section.key} to={section.to} className={styles.link}>
            {t(`settings.section.${section.key}`)}
          </Link>
        ))}
        <a className={styles.link} href="/api/docs" target="_blank" rel="noreferrer">
          {t('settings.apiDocs')}&nbsp;
          <ExportOutlined aria-hidden="true" />
        </a>
      </nav>
      <Outlet />
    </>
  )
}
