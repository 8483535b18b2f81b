import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { Notice } from '~/shared/ui/Notice.tsx'
import styles from './Plain.module.css'

/** An address that leads nowhere; stands alone, without the frame. */
export function NotFoundPage() {
  const { t } = useTranslation()
  return (
    <main className={styles.page}>
      <Notice
        status="warning"
        title={<h1 className={styles.title}>{t('shell.notFound.title')}</h1>}
        detail={t('shell.notFound.body')}
        action={<Link to="/">{t('shell.notFound.home')}</Link>}
      />
    </main>
  )
}
