import { useTranslation } from 'react-i18next'
import { instant } from '~/shared/lib/dates.ts'
import { Card } from '~/shared/ui/Card.tsx'
import styles from './ConsentsCard.module.css'
import { CONSENT_CHANNELS, CONSENT_PURPOSES } from './codes.ts'
import type { CustomerView } from './customerForm.ts'
import { DoNotCall } from './DoNotCall.tsx'

const MARKS = { yes: '✓', no: '✕', unasked: '–' } as const

/** Whether and how we may contact the customer (联系许可). */
export function ConsentsCard({ view }: { view: CustomerView }) {
  const { t } = useTranslation()
  return (
    <Card title={t('customers.consent.title')}>
      {view.row.do_not_call ? (
        <p className={styles.first}>
          <DoNotCall />
        </p>
      ) : null}
      <table className={styles.table}>
        <thead>
          <tr>
            <td />
            {CONSENT_PURPOSES.map((purpose) => (
              <th key={purpose} scope="col">
                {t(`customers.consent.purpose.${purpose}`)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {CONSENT_CHANNELS.map((channel) => (
            <tr key={channel}>
              <th scope="row">{t(`customers.consent.channel.${channel}`)}</th>
              {CONSENT_PURPOSES.map((purpose) => {
                const consent = view.consents.find((each) => each.channel === channel && each.purpose === purpose)
                const answer = consent ? (consent.granted ? 'yes' : 'no') : 'unasked'
                const since = [consent?.at ? instant(consent.at).slice(0, 10) : undefined, consent?.source]
                return (
                  <td key={purpose} title={since.filter(Boolean).join(' · ') || undefined}>
                    <span className={styles[answer]}>
                      <span aria-hidden="true">{MARKS[answer]} </span>
                      {t(`customers.consent.answer.${answer}`)}
                    </span>
                  </td>
                )
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </Card>
  )
}
