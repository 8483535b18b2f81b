import { Button } from 'antd'
import { useTranslation } from 'react-i18next'
import { asProblem, problemWords } from '~/api/problem.ts'
import { Notice } from './Notice.tsx'

/** A refusal or failure in words, with the request's identifier and a way to try again. */
export function ErrorBox({ error, retry }: { error: unknown; retry?: () => void }) {
  const { t } = useTranslation()
  const { trace, status } = asProblem(error)
  return (
    <div role="alert">
      <Notice
        status={status === 403 || status === 404 ? 'warning' : 'error'}
        title={problemWords(error)}
        detail={trace ? t('common.requestId', { id: trace }) : undefined}
        action={retry && status !== 403 ? <Button onClick={retry}>{t('common.retry')}</Button> : undefined}
      />
    </div>
  )
}
