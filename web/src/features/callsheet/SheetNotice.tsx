import { Alert, Button } from 'antd'
import { useTranslation } from 'react-i18next'
import { ProblemError, problemWords } from '~/api/problem.ts'
import { listWords } from '~/i18n/i18n.ts'
import { instant } from '~/shared/lib/dates.ts'
import { outcomeWords } from '~/shared/lib/followupWords.ts'
import { windowsWords } from '~/shared/lib/moments.ts'
import type { SheetState } from './autosave.ts'
import type { SheetView } from './useSheet.ts'

/** What stands in the way, or must be checked, above the sheet. */
export function SheetNotice({ view, state, settle }: { view: SheetView; state: SheetState; settle: () => void }) {
  const { t } = useTranslation()
  const { task, may_not } = view
  const last = view.attempts[0]
  const reason = may_not
    ? problemWords(
        new ProblemError({
          status: may_not.status,
          code: may_not.code,
          params: { windows: windowsWords(t, view.windows), ...(may_not.params as Record<string, unknown> | null) },
        }),
      )
    : undefined
  return (
    <>
      {state.clashes.length > 0 ? (
        <Alert
          type="warning"
          showIcon
          title={t('callsheet.saved.merged', {
            fields: listWords(state.clashes.map((field) => t(`callsheet.field.${field}`))),
          })}
          action={
            <Button size="small" onClick={settle}>
              {t('callsheet.saved.mergedOk')}
            </Button>
          }
        />
      ) : null}
      {task.status === 'open' ? null : (
        <Alert
          type={task.status === 'done' ? 'success' : 'info'}
          showIcon
          title={t(`callsheet.closed.${task.status}`)}
          description={last ? `${instant(last.at)} · ${last.staff_name} · ${outcomeWords(last.outcome)}` : undefined}
        />
      )}
      {task.status === 'open' && !view.may_call ? (
        <Alert type="warning" showIcon title={t('callsheet.mayNot.title')} description={reason} />
      ) : null}
    </>
  )
}
