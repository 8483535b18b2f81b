import { Link } from '@tanstack/react-router'
import { Alert } from 'antd'
import { useTranslation } from 'react-i18next'
import { api } from '~/api/client.ts'
import { useCan } from '~/api/session.ts'
import { DueBadge } from '~/shared/ui/DueBadge.tsx'
import styles from './CustomerAlerts.module.css'
import type { CustomerView } from './customerForm.ts'

/** What whoever opens this customer must know before anything else. */
export function CustomerAlerts({ view }: { view: CustomerView }) {
  const { t } = useTranslation()
  const can = useCan()
  const followup = api.useQuery(
    'get',
    '/api/v1/customers/{id}/followup',
    { params: { path: { id: view.row.id } } },
    { enabled: can('followup.read') },
  )
  const slips = followup.data?.open_slips ?? []
  if (slips.length === 0 && !view.row.do_not_call && !view.ask_at_reception) return null
  return (
    <div className={styles.alerts}>
      {slips.map((slip) => (
        <Alert
          key={slip.id}
          type="error"
          showIcon
          title={
            <span className={styles.line}>
              <span className={styles.words}>{t('customers.alert.slip', { problem: slip.problem })}</span>
              <DueBadge dueAt={slip.due_at} urgency={slip.urgency} />
              <Link to="/slips/$slipId" params={{ slipId: slip.id }}>
                {t('customers.alert.openSlip', { number: slip.number })}
              </Link>
            </span>
          }
        />
      ))}
      {view.row.do_not_call ? <Alert type="warning" showIcon title={t('customers.alert.doNotCall')} /> : null}
      {view.ask_at_reception ? <Alert type="info" showIcon title={t('customers.alert.askAtReception')} /> : null}
    </div>
  )
}
