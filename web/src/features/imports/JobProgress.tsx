import { Progress } from 'antd'
import { useTranslation } from 'react-i18next'
import { count } from '~/shared/lib/money.ts'
import { Card } from '~/shared/ui/Card.tsx'
import { ConfirmButton } from '~/shared/ui/ConfirmButton.tsx'
import styles from './JobProgress.module.css'
import type { ImportView } from './mapping.ts'
import { useImportActs } from './useImportActs.ts'

/** A check or import under way: how far, and the way to stop it. One may leave; it goes on. */
export function JobProgress({ view, kind }: { view: ImportView; kind: 'checking' | 'running' }) {
  const { t } = useTranslation()
  const acts = useImportActs(view)
  const percent = Math.floor(view.progress_bp / 100)
  return (
    <Card title={t(`imports.job.${kind}`)}>
      <div className={styles.job}>
        <Progress percent={percent} status="active" aria-label={t(`imports.job.${kind}`)} />
        <p className={styles.words} role="status">
          {t('imports.job.read', { rows: count(view.counts.rows), refuse: count(view.counts.refuse) })}
        </p>
        <p className={styles.hint}>{t('imports.job.leave')}</p>
        <div>
          <ConfirmButton
            danger
            title={t('imports.job.stopTitle', { name: view.file_name })}
            body={t(kind === 'running' ? 'imports.job.stopRunning' : 'imports.job.stopChecking')}
            verb={t('imports.job.stop')}
            act={acts.cancel}
          >
            {t('imports.job.stop')}
          </ConfirmButton>
        </div>
      </div>
    </Card>
  )
}
