import {
  CheckCircleOutlined,
  ClockCircleOutlined,
  CloseCircleOutlined,
  DisconnectOutlined,
  QuestionCircleOutlined,
} from '@ant-design/icons'
import { type ReactNode, useRef } from 'react'
import { useTranslation } from 'react-i18next'
import { OUTCOMES, type Outcome } from '~/shared/lib/followupWords.ts'
import { useIsMobile } from '~/shared/lib/useMedia.ts'
import { Kbd } from '~/shared/ui/Kbd.tsx'
import type { Autosave } from './autosave.ts'
import type { Draft } from './draft.ts'
import styles from './OutcomeBar.module.css'
import { OutcomePanel } from './OutcomePanel.tsx'
import type { Change } from './Sheet.tsx'
import type { SheetView } from './useSheet.ts'

const ICONS: Record<Outcome, ReactNode> = {
  reached: <CheckCircleOutlined />,
  call_again: <ClockCircleOutlined />,
  no_answer: <DisconnectOutlined />,
  refused: <CloseCircleOutlined />,
  wrong_number: <QuestionCircleOutlined />,
}

export interface OutcomeBarProps {
  view: SheetView
  autosave: Autosave
  draft: Draft
  change: Change
  satisfied: boolean | undefined
  setSatisfied: (satisfied: boolean) => void
  /** The number shown last. */
  phoneId?: string
  outcome: Outcome | undefined
  setOutcome: (outcome: Outcome | undefined) => void
}

/** How the contact ended: five buttons always in sight, the details of the chosen one above them. */
export function OutcomeBar(props: OutcomeBarProps) {
  const { outcome, setOutcome } = props
  const { t } = useTranslation()
  const mobile = useIsMobile()
  const bar = useRef<HTMLDivElement>(null)

  function close() {
    setOutcome(undefined)
    bar.current?.querySelector<HTMLElement>('[aria-pressed="true"]')?.focus()
  }

  return (
    <div ref={bar} className={styles.bar}>
      {outcome ? <OutcomePanel key={outcome} {...props} outcome={outcome} close={close} /> : null}
      <fieldset className={styles.buttons} aria-label={t('callsheet.outcome.bar')}>
        {OUTCOMES.map((each, index) => (
          <button
            key={each}
            type="button"
            className={`${styles.button} ${each === 'reached' ? styles.main : ''}`}
            aria-pressed={each === outcome}
            aria-label={t(`followup.outcome.${each}`)}
            aria-keyshortcuts={`Alt+${index + 1}`}
            onClick={() => setOutcome(each === outcome ? undefined : each)}
          >
            {ICONS[each]}
            <span>{mobile ? t(`callsheet.outcome.short.${each}`) : t(`followup.outcome.${each}`)}</span>
            <Kbd keys={`Alt ${index + 1}`} />
          </button>
        ))}
      </fieldset>
    </div>
  )
}
