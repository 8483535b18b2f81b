import { Radio } from 'antd'
import { useTranslation } from 'react-i18next'
import { PERSONALITIES } from './codes.ts'
import styles from './PersonalityPick.module.css'

type Personality = (typeof PERSONALITIES)[number]

export interface PersonalityPickProps {
  value?: Personality
  onChange?: (value: Personality | undefined) => void
}

/** The four types (性格四型), each with how to talk to such a customer. Fits an antd form. */
export function PersonalityPick({ value, onChange }: PersonalityPickProps) {
  const { t } = useTranslation()
  return (
    <Radio.Group
      className={styles.group}
      aria-label={t('customers.field.personality')}
      value={value ?? 'unknown'}
      onChange={(event) => onChange?.(event.target.value === 'unknown' ? undefined : event.target.value)}
    >
      {(['unknown', ...PERSONALITIES] as const).map((type) => (
        <Radio key={type} value={type} className={styles.option}>
          <span className={styles.name}>{t(`customers.personality.${type}`)}</span>
          <span className={styles.hint}>{t(`customers.personalityHint.${type}`)}</span>
        </Radio>
      ))}
    </Radio.Group>
  )
}
