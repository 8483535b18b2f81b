import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { useCan } from '~/api/session.ts'
import { instant } from '~/shared/lib/dates.ts'
import { Card } from '~/shared/ui/Card.tsx'
import styles from './Cards.module.css'
import type { CustomerView } from './customerForm.ts'
import { gapWords, personalityWords, sourceWords, stageWords } from './words.ts'

/** The record itself (档案): who looks after it, what it says, what it lacks. */
export function RecordCard({ view }: { view: CustomerView }) {
  const { t } = useTranslation()
  const can = useCan()
  const { row } = view
  const facts: [string, string | null | undefined][] = [
    [t('customers.field.owner'), row.owner_name ?? t('customers.noOwner')],
    [t('customers.field.preferred_staff_id'), view.preferred_staff_name],
    [t('customers.field.branch'), row.branch_name],
    [t('customers.field.stage'), stageWords(row.stage)],
    [t('customers.field.source'), view.source ? sourceWords(view.source) : undefined],
    [t('customers.field.external_id'), view.external_id],
    [t('customers.record.updated'), instant(view.updated_at)],
  ]
  return (
    <Card title={t('customers.record.title')}>
      <dl className={styles.facts}>
        {facts
          .filter(([, value]) => value)
          .map(([label, value]) => (
            <Fact key={label} label={label} value={value ?? ''} />
          ))}
      </dl>
      {view.personality ? (
        <div className={styles.part}>
          <h3>{personalityWords(view.personality)}</h3>
          <p className={styles.hint}>{t(`customers.personalityHint.${view.personality}`)}</p>
        </div>
      ) : null}
      {view.notes ? (
        <div className={styles.part}>
          <h3>{t('customers.field.notes')}</h3>
          <p className={styles.hint}>{view.notes}</p>
        </div>
      ) : null}
      {view.gaps.length > 0 ? (
        <div className={styles.part}>
          <h3>{t('customers.record.gaps')}</h3>
          <ul className={styles.gaps}>
            {view.gaps.map((gap) => (
              <li key={gap} className={styles.gap}>
                {gapWords(gap)}
              </li>
            ))}
          </ul>
          {can('customer.write') ? (
            <p className={styles.hint}>
              <Link to="/customers/$customerId/edit" params={{ customerId: row.id }}>
                {t('customers.record.complete')}
              </Link>
            </p>
          ) : null}
        </div>
      ) : null}
    </Card>
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
