import { Link } from '@tanstack/react-router'
import { Radio } from 'antd'
import { useTranslation } from 'react-i18next'
import styles from './ConfirmSlip.module.css'
import sheet from './Sheet.module.css'
import type { SheetView } from './useSheet.ts'

export interface ConfirmSlipProps {
  slip: NonNullable<SheetView['slip']>
  satisfied: boolean | undefined
  change: (satisfied: boolean) => void
  locked: boolean
}

/** The call that closes a slip: what was wrong, what was done, is the customer satisfied now? */
export function ConfirmSlip({ slip, satisfied, change, locked }: ConfirmSlipProps) {
  const { t } = useTranslation()
  return (
    <section className={sheet.section} aria-labelledby="sheet-confirm">
      <div className={sheet.bar}>
        <h2 id="sheet-confirm" className={sheet.heading}>
          <Link to="/slips/$slipId" params={{ slipId: slip.row.id }}>
            {t('callsheet.confirming.title', { number: slip.row.number })}
          </Link>
        </h2>
      </div>
      <dl className={styles.list}>
        <dt>{t('callsheet.confirming.problem')}</dt>
        <dd>{slip.row.problem}</dd>
        <dt>{t('callsheet.confirming.answer')}</dt>
        <dd>{slip.answer ?? '—'}</dd>
      </dl>
      <div className={styles.ask}>
        <span id="sheet-satisfied">{t('callsheet.confirming.ask')}</span>
        <Radio.Group
          aria-labelledby="sheet-satisfied"
          disabled={locked}
          optionType="button"
          buttonStyle="solid"
          value={satisfied}
          options={[
            { value: true, label: t('callsheet.confirming.yes') },
            { value: false, label: t('callsheet.confirming.no') },
          ]}
          onChange={(event) => change(event.target.value as boolean)}
        />
      </div>
    </section>
  )
}
