import { Button } from 'antd'
import { useTranslation } from 'react-i18next'
import { count } from '~/shared/lib/money.ts'
import { ConfirmButton } from '~/shared/ui/ConfirmButton.tsx'
import { Counts } from './Counts.tsx'
import type { Outcome } from './codes.ts'
import { ErrorFileButton } from './ErrorFileButton.tsx'
import { JobProgress } from './JobProgress.tsx'
import type { ImportView } from './mapping.ts'
import { RowsCard } from './RowsCard.tsx'
import styles from './Step.module.css'
import { StepFoot } from './StepFoot.tsx'
import { useImportActs } from './useImportActs.ts'

export interface CheckStepProps {
  view: ImportView
  outcome: Outcome | undefined
  toColumns: () => void
  started: () => void
}

/** The third step: what every line would do, before anything is written. */
export function CheckStep({ view, outcome, toColumns, started }: CheckStepProps) {
  const { t } = useTranslation()
  const acts = useImportActs(view)
  if (view.status === 'checking') return <JobProgress view={view} kind="checking" />
  const { counts } = view
  const writes = counts.create + counts.update
  const numbers = {
    create: count(counts.create),
    update: count(counts.update),
    skip: count(counts.skip),
    refuse: count(counts.refuse),
  }

  async function run() {
    if (await acts.run()) started()
  }

  return (
    <div className={styles.step}>
      <div>
        <Counts counts={counts} kind={view.kind} would />
        <RowsCard importId={view.id} counts={counts} outcome={outcome} />
      </div>
      <StepFoot note={t(writes > 0 ? 'imports.check.nothingYet' : 'imports.check.nothingToDo')}>
        {counts.refuse > 0 ? <ErrorFileButton view={view} /> : null}
        <Button onClick={toColumns}>{t('imports.check.back')}</Button>
        <ConfirmButton
          type="primary"
          disabled={writes === 0}
          loading={acts.pending}
          title={t('imports.run.title', { name: view.file_name })}
          body={t(counts.refuse > 0 ? 'imports.run.bodyRefuse' : 'imports.run.body', numbers)}
          verb={t('imports.run.start')}
          act={run}
        >
          {t('imports.run.start')}
        </ConfirmButton>
      </StepFoot>
    </div>
  )
}
