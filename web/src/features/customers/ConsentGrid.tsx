import { Segmented } from 'antd'
import { useTranslation } from 'react-i18next'
import styles from './ConsentGrid.module.css'
import { CONSENT_CHANNELS, CONSENT_PURPOSES } from './codes.ts'
import { type ConsentValues, consentKey } from './customerForm.ts'

export interface ConsentGridProps {
  value?: ConsentValues
  onChange?: (value: ConsentValues) => void
}

const ANSWERS = { yes: true, no: false, unasked: undefined } as const

/** Whether the customer agreed, per channel and purpose; "not asked" is an answer of its own. Fits an antd form. */
export function ConsentGrid({ value = {}, onChange }: ConsentGridProps) {
  const { t } = useTranslation()
  const answerOf = (granted: boolean | undefined) => (granted === undefined ? 'unasked' : granted ? 'yes' : 'no')
  return (
    <table className={styles.grid}>
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
              const key = consentKey(channel, purpose)
              return (
                <td key={purpose}>
                  <Segmented
                    aria-label={t('customers.consent.of', {
                      channel: t(`customers.consent.channel.${channel}`),
                      purpose: t(`customers.consent.purpose.${purpose}`),
                    })}
                    value={answerOf(value[key])}
                    onChange={(answer: keyof typeof ANSWERS) => onChange?.({ ...value, [key]: ANSWERS[answer] })}
                    options={(['yes', 'no', 'unasked'] as const).map((answer) => ({
                      value: answer,
                      label: t(`customers.consent.answer.${answer}`),
                    }))}
                  />
                </td>
              )
            })}
          </tr>
        ))}
      </tbody>
    </table>
  )
}
