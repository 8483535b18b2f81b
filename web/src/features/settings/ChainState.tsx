import { Alert, Button } from 'antd'
import { useTranslation } from 'react-i18next'
import { api } from '~/api/client.ts'
import { instant } from '~/shared/lib/dates.ts'
import { count } from '~/shared/lib/money.ts'
import { useRefused } from '~/shared/lib/useFeedback.ts'
import styles from './Settings.module.css'

/** Whether the audit's chain of hashes is whole: computed by the server on demand. */
export function ChainState() {
  const { t } = useTranslation()
  const refused = useRefused()
  const verify = api.useMutation('post', '/api/v1/audit/verify', { onError: (error) => refused(error) })
  const state = verify.data
  const broken = state?.broken_at

  let words = t('settings.audit.unverified')
  if (state) {
    words =
      typeof broken === 'number'
        ? t('settings.audit.broken', { seq: broken })
        : t('settings.audit.intact', { entries: count(state.entries), time: instant(state.checked_at) })
  }
  return (
    <Alert
      role="status"
      showIcon
      type={state ? (typeof broken === 'number' ? 'error' : 'success') : 'info'}
      title={`${t('settings.audit.chain')} · ${words}`}
      description={
        state?.head ? (
          <span className={styles.code}>
            {t('settings.audit.head')} {state.head}
          </span>
        ) : undefined
      }
      action={
        <Button size="small" loading={verify.isPending} onClick={() => verify.mutate({})}>
          {t('settings.audit.verify')}
        </Button>
      }
    />
  )
}
