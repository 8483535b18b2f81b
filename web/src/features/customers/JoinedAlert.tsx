import { Alert } from 'antd'
import { useTranslation } from 'react-i18next'

export interface JoinedAlertProps {
  joined: { taken: readonly string[]; clashes: readonly string[] } | undefined
  /** Name of a field as the form shows it. */
  label: (field: string) => string
}

/** After "edited elsewhere": what came in, and where what was typed will win. */
export function JoinedAlert({ joined, label }: JoinedAlertProps) {
  const { t } = useTranslation()
  if (!joined) return null
  const { taken, clashes } = joined
  const names = (fields: readonly string[]) => fields.map(label).join(t('customers.edited.comma'))
  return (
    <Alert
      type="warning"
      showIcon
      role="alert"
      title={t('customers.edited.title')}
      description={
        <>
          {taken.length > 0 ? <div>{t('customers.edited.taken', { fields: names(taken) })}</div> : null}
          {clashes.length > 0 ? <div>{t('customers.edited.clashes', { fields: names(clashes) })}</div> : null}
          <div>{t('customers.edited.next')}</div>
        </>
      }
    />
  )
}
