import { Input } from 'antd'
import { useTranslation } from 'react-i18next'
import { TEXT_MAX } from './draft.ts'
import sheet from './Sheet.module.css'
import type { PartProps } from './Sheet.tsx'

const FIELDS = ['discussed', 'planned', 'agreed'] as const
const ROWS = { minRows: 2, maxRows: 6 }

/** Said back to the customer before the end: discussed, planned, agreed. */
export function Recap({ draft, change, locked, hint }: PartProps & { hint?: string | null }) {
  const { t } = useTranslation()
  return (
    <section className={sheet.section} aria-labelledby="sheet-recap">
      <div className={sheet.bar}>
        <h2 id="sheet-recap" className={sheet.heading}>
          {t('callsheet.recap.title')}
        </h2>
        {hint ? <span className={sheet.note}>{hint}</span> : null}
      </div>
      <div className={sheet.three}>
        {FIELDS.map((field) => (
          <div key={field}>
            <label className={sheet.label} htmlFor={`sheet-${field}`}>
              {t(`callsheet.recap.${field}`)}
            </label>
            <Input.TextArea
              id={`sheet-${field}`}
              autoSize={ROWS}
              maxLength={TEXT_MAX}
              disabled={locked}
              value={draft[field] ?? ''}
              onChange={(event) => change((old) => ({ ...old, [field]: event.target.value }))}
            />
          </div>
        ))}
      </div>
    </section>
  )
}
