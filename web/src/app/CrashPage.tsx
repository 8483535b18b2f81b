import { useRouter } from '@tanstack/react-router'
import { Button, Result } from 'antd'
import { useTranslation } from 'react-i18next'
import { ProblemError } from '~/api/problem.ts'
import { ErrorBox } from '~/shared/ui/ErrorBox.tsx'

/** What remains when a page fails: words, and a way on. */
export function CrashPage({ error, reset }: { error: unknown; reset: () => void }) {
  const { t } = useTranslation()
  const router = useRouter()
  function again() {
    reset()
    void router.invalidate()
  }
  if (error instanceof ProblemError) return <ErrorBox error={error} retry={again} />
  return (
    <div role="alert">
      <Result
        status="error"
        title={t('shell.crash.title')}
        subTitle={t('shell.crash.body')}
        extra={<Button onClick={again}>{t('common.reload')}</Button>}
      />
    </div>
  )
}
