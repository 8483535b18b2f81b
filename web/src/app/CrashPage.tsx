import { useRouter } from '@tanstack/react-router'
import { Button } from 'antd'
import { useTranslation } from 'react-i18next'
import { ProblemError } from '~/api/problem.ts'
import { ErrorBox } from '~/shared/ui/ErrorBox.tsx'
import { Notice } from '~/shared/ui/Notice.tsx'

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
      <Notice
        status="error"
        title={t('shell.crash.title')}
        detail={t('shell.crash.body')}
        action={<Button onClick={again}>{t('common.reload')}</Button>}
      />
    </div>
  )
}
