import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import styles from './ArchiveTabs.module.css'

/** The two ways into the archive: by customer, and by what was repaired. */
export function ArchiveTabs() {
  const { t } = useTranslation()
  return (
    <nav className={styles.tabs} aria-label={t('customers.tabs.label')}>
      <Link to="/customers" activeOptions={{ exact: true, includeSearch: false }} className={styles.tab}>
        {t('customers.tabs.customers')}
      </Link>
      <Link to="/customers/services" activeOptions={{ includeSearch: false }} className={styles.tab}>
        {t('customers.tabs.services')}
      </Link>
    </nav>
  )
}
