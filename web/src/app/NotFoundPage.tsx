import { Link } from '@tanstack/react-router'
import { Result } from 'antd'
import { useTranslation } from 'react-i18next'
import styles from './Plain.module.css'

/** An address that leads nowhere; stands alone, without the frame. */
export function NotFoundPage() {
  const { t } = useTranslation()
  return (
    <main className={styles.page}>
      <Result
        status="warning"
        title={<h1 className={styles.title}>{t('shell.notFound.title')}</h1>}
        subTitle={t('shell.notFound.body')}
        extra={<Link to="/">{t('shell.notFound.home')}</Link>}
      />
    </main>
  )
}
