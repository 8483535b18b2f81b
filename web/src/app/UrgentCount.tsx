import { useTranslation } from 'react-i18next'
import { api } from '~/api/client.ts'
import styles from './Shell.module.css'

/** How many of my tasks and slips are overdue; nothing when none is. */
export function UrgentCount() {
  const { t } = useTranslation()
  const { data } = api.useQuery('get', '/api/v1/today/summary', {}, { refetchInterval: 60_000 })
  const urgent = data ? data.overdue + data.slips_overdue : 0
  if (urgent === 0) return null
  return (
    <span className={styles.count} title={t('shell.urgent', { count: urgent })}>
      <span aria-hidden="true">{urgent > 99 ? '99+' : urgent}</span>
      <span className="lk-sr">{t('shell.urgent', { count: urgent })}</span>
    </span>
  )
}
