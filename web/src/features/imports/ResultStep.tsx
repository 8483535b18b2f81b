import { useNavigate } from '@tanstack/react-router'
import { Alert, Button } from 'antd'
import { useTranslation } from 'react-i18next'
import { problemWords } from '~/api/problem.ts'
import { instant } from '~/shared/lib/dates.ts'
import { count } from '~/shared/lib/money.ts'
import { ConfirmButton } from '~/shared/ui/ConfirmButton.tsx'
import { Counts } from './Counts.tsx'
import type { Outcome } from './codes.ts'
import { ErrorFileButton } from './ErrorFileButton.tsx'
import { asError } from './importError.ts'
import type { ImportView } from './mapping.ts'
import { RowsCard } from './RowsCard.tsx'
import styles from './Step.module.css'
import { StepFoot } from './StepFoot.tsx'
import { useImportActs } from './useImportActs.ts'

export interface ResultStepProps {
  view: ImportView
  outcome: Outcome | undefined
  toColumns: () => void
  started: () => void
}

/** The last step: what became of the file, and what can be done now. */
export function ResultStep({ view, outcome, toColumns, started }: ResultStepProps) {
  const { t } = useTranslation()
  const navigate = useNavigate()
  const acts = useImportActs(view)
  const { counts, status } = view
  const done = status === 'done'

  return (
    <div className={styles.step}>
      {done ? (
        <Alert
          type={counts.refuse > 0 ? 'warning' : 'success'}
          showIcon
          role="status"
          title={t(counts.refuse > 0 ? 'imports.result.doneWithRefused' : 'imports.result.done', {
            written: count(counts.create + counts.update),
            refuse: count(counts.refuse),
          })}
          description={view.finished_at ? t('imports.result.at', { time: instant(view.finished_at) }) : undefined}
        />
      ) : status === 'failed' ? (
        <Alert
          type="error"
          showIcon
          role="alert"
          title={t('imports.result.failed')}
          description={view.error ? problemWords(asError(view.error)) : t('problem.unknown')}
        />
      ) : (
        <Alert
          type="info"
          showIcon
          role="status"
          title={t('imports.result.cancelled')}
          description={t(view.begun ? 'imports.result.cancelledBegun' : 'imports.result.cancelledHint')}
        />
      )}
      {counts.rows > 0 ? (
        <div>
          <Counts counts={counts} kind={view.kind} />
          <RowsCard importId={view.id} counts={counts} outcome={outcome} />
        </div>
      ) : null}
      <StepFoot>
        {counts.refuse > 0 || view.has_error_file ? <ErrorFileButton view={view} /> : null}
        {done ? null : view.begun ? (
          <ConfirmButton
            title={t('imports.run.goOnTitle', { name: view.file_name })}
            body={t('imports.run.goOnBody')}
            verb={t('imports.run.goOn')}
            loading={acts.pending}
            act={async () => {
              if (await acts.run()) started()
            }}
          >
            {t('imports.run.goOn')}
          </ConfirmButton>
        ) : (
          <Button onClick={toColumns}>{t('imports.check.back')}</Button>
        )}
        <Button onClick={() => void navigate({ to: '/imports' })}>{t('imports.result.another')}</Button>
        {done ? (
          <Button type="primary" onClick={() => void navigate({ to: '/customers' })}>
            {t('imports.result.toCustomers')}
          </Button>
        ) : null}
      </StepFoot>
    </div>
  )
}
