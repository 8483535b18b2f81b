import { StopOutlined } from '@ant-design/icons'
import { useTranslation } from 'react-i18next'
import styles from './DoNotCall.module.css'

/** The customer does not want to be called: colour, sign and words. */
export function DoNotCall({ short }: { short?: boolean }) {
  const { t } = useTranslation()
  return (
    <span className={styles.mark} title={t('customers.doNotCall.title')}>
      <StopOutlined aria-hidden="true" />
      {short ? t('customers.doNotCall.short') : t('customers.doNotCall.title')}
    </span>
  )
}
