import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { useCan } from '~/api/session.ts'
import { instant } from '~/shared/lib/dates.ts'
import { count, money } from '~/shared/lib/money.ts'
import styles from './Cards.module.css'
import type { ServiceView } from './recordForms.ts'

/** A service record to be read: what was done, by whom, what was advised. */
export function ServiceDetail({ record }: { record: ServiceView }) {
  const { t } = useTranslation()
  const can = useCan()
  const km = (value: number | null | undefined) =>
    typeof value === 'number' ? t('records.asset.km', { km: count(value) }) : undefined
  const facts: [string, string | null | undefined][] = [
    [t('records.service.field.status'), t(`records.service.status.${record.status}`)],
    [t('records.service.field.asset_id'), record.asset_line],
    [t('records.service.field.category'), record.category],
    [t('records.service.field.opened_at'), instant(record.opened_at)],
    [t('records.service.field.closed_at'), record.closed_at ? instant(record.closed_at) : undefined],
    [t('records.service.field.mileage_km'), km(record.mileage_km)],
    [t('records.service.field.advisor_id'), record.advisor_name],
    [t('records.service.field.technician_id'), record.technician_name],
    [t('records.service.field.work'), record.work],
    [t('records.service.field.parts'), record.parts],
    [t('records.service.field.advice'), record.advice],
    [t('records.service.field.next_due_on'), record.next_due_on],
    [t('records.service.field.next_due_km'), km(record.next_due_km)],
    [t('records.service.field.revenue'), money(record.revenue_fen)],
    [t('customers.field.branch'), record.branch_name],
    [t('records.service.field.external_id'), record.external_id],
  ]
  return (
    <div className="lk-stack">
      <dl className={styles.facts}>
        {facts
          .filter(([, value]) => value)
          .map(([label, value]) => (
            <Fact key={label} label={label} value={value ?? ''} />
          ))}
      </dl>
      <div className="lk-row">
        <Link to="/customers/$customerId" params={{ customerId: record.customer_id }}>
          {t('records.service.toCustomer', { name: record.customer_name })}
        </Link>
        {can('customer.write') ? (
          <Link
            to="/customers/$customerId"
            params={{ customerId: record.customer_id }}
            search={{ open: 'service', id: record.id }}
          >
            {t('records.service.edit')}
          </Link>
        ) : null}
      </div>
    </div>
  )
}

function Fact({ label, value }: { label: string; value: string }) {
  return (
    <>
      <dt>{label}</dt>
      <dd>{value}</dd>
    </>
  )
}
