import { Button, Checkbox, Input } from 'antd'
import { useTranslation } from 'react-i18next'
import { StaffSelect } from '~/shared/ui/StaffSelect.tsx'
import { hasLowScore, TEXT_MAX } from './draft.ts'
import sheet from './Sheet.module.css'
import type { PartProps } from './Sheet.tsx'

const ROWS = { minRows: 2, maxRows: 6 }

/** The customer's own words (客户原话), and the slip when they are dissatisfied. */
export function Words({ draft, change, locked, withSlip }: PartProps & { withSlip: boolean }) {
  const { t } = useTranslation()
  const low = hasLowScore(draft)
  const slip = withSlip && draft.dissatisfied
  return (
    <section className={sheet.section} aria-labelledby="sheet-words">
      <div className={sheet.bar}>
        <h2 id="sheet-words" className={sheet.heading}>
          {t('callsheet.words.title')}
        </h2>
        {low && !draft.verbatim ? <span className={sheet.alarm}>▲ {t('callsheet.words.low')}</span> : null}
        <span className={sheet.push} />
        {withSlip ? (
          <Checkbox
            checked={draft.dissatisfied}
            disabled={locked}
            onChange={(event) => change((old) => ({ ...old, dissatisfied: event.target.checked }))}
          >
            <span className={slip ? sheet.alarm : undefined}>{t('callsheet.slip.toggle')}</span>
          </Checkbox>
        ) : null}
        {slip ? (
          <StaffSelect
            className={sheet.owner}
            aria-label={t('callsheet.slip.responsible')}
            permission="slip.answer"
            placeholder={t('callsheet.slip.responsible')}
            disabled={locked}
            value={draft.responsible_id}
            onChange={(id) => change((old) => ({ ...old, responsible_id: id ?? null }))}
          />
        ) : null}
      </div>
      <div className={slip ? sheet.two : undefined}>
        <Input.TextArea
          id="sheet-verbatim"
          aria-labelledby="sheet-words"
          autoSize={ROWS}
          maxLength={TEXT_MAX}
          disabled={locked}
          placeholder={t('callsheet.words.placeholder')}
          value={draft.verbatim ?? ''}
          onChange={(event) => change((old) => ({ ...old, verbatim: event.target.value }))}
        />
        {slip ? (
          <div>
            <Input.TextArea
              id="sheet-problem"
              aria-label={t('callsheet.slip.problem')}
              autoSize={ROWS}
              maxLength={TEXT_MAX}
              disabled={locked}
              placeholder={t('common.labelled', {
                label: t('callsheet.slip.problem'),
                words: t('callsheet.slip.problemHint'),
              })}
              value={draft.problem ?? ''}
              onChange={(event) => change((old) => ({ ...old, problem: event.target.value }))}
            />
            {!draft.problem && draft.verbatim ? (
              <Button
                size="small"
                type="link"
                disabled={locked}
                onClick={() => change((old) => ({ ...old, problem: old.verbatim }))}
              >
                {t('callsheet.slip.fromWords')}
              </Button>
            ) : null}
          </div>
        ) : null}
      </div>
    </section>
  )
}
