import { type ReactNode, useCallback, useEffect, useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useCan } from '~/api/session.ts'
import type { Outcome } from '~/shared/lib/followupWords.ts'
import { OUTCOMES } from '~/shared/lib/followupWords.ts'
import { useShortcuts } from '~/shared/lib/shortcuts.ts'
import { useIsMobile } from '~/shared/lib/useMedia.ts'
import { Brief } from './Brief.tsx'
import { ConfirmSlip } from './ConfirmSlip.tsx'
import type { Draft } from './draft.ts'
import { OutcomeBar } from './OutcomeBar.tsx'
import { Past } from './Past.tsx'
import { Recap } from './Recap.tsx'
import { ScoreRows } from './ScoreRows.tsx'
import { Script } from './Script.tsx'
import styles from './Sheet.module.css'
import { SheetHead } from './SheetHead.tsx'
import { SheetNotice } from './SheetNotice.tsx'
import { useCalls } from './useCalls.ts'
import { type SheetView, useSheet } from './useSheet.ts'
import { Words } from './Words.tsx'

/** Changes the draft; the parts of the sheet get this and the draft. */
export type Change = (change: (draft: Draft) => Draft) => void

export interface PartProps {
  draft: Draft
  change: Change
  /** Closed, or not for this person to fill in. */
  locked: boolean
}

/** The server takes no outcome then either. */
const BARRED = ['followup.caller_served', 'followup.do_not_call', 'followup.no_consent']

function focusOn(id: string) {
  document.getElementById(id)?.focus()
}

/** One call: script, scores, words and recap in the middle, who it is on the left, what was before on the right. */
export function Sheet({ view, menu }: { view: SheetView; menu: ReactNode }) {
  const { t } = useTranslation()
  const can = useCan()
  const mobile = useIsMobile()
  const { autosave, state } = useSheet(view)
  const calls = useCalls(view)
  const [outcome, setOutcome] = useState<Outcome>()
  const [satisfied, setSatisfied] = useState<boolean>()
  // Hours and gaps keep the number hidden; who served, and what the customer does not want, closes the sheet.
  const barred = BARRED.some((code) => code === view.may_not?.code)
  const locked = view.task.status !== 'open' || !can('followup.work') || barred
  const change = useCallback<Change>((next) => autosave.change(next), [autosave])
  const part = useMemo(() => ({ draft: state.draft, change, locked }), [state.draft, change, locked])

  useShortcuts({
    'mod+s': () => void autosave.flush().catch(() => undefined),
    'alt+p': calls.revealFirst,
    'alt+q': () => focusOn('sheet-scores'),
    'alt+w': () => focusOn('sheet-verbatim'),
    'alt+r': () => focusOn('sheet-discussed'),
    ...(locked ? {} : Object.fromEntries(OUTCOMES.map((each, index) => [`alt+${index + 1}`, () => setOutcome(each)]))),
  })

  // By keyboard the call begins at its first answer; on a telephone nothing is focused, lest the page jump.
  useEffect(() => {
    if (!mobile && !locked) document.querySelector<HTMLElement>('#sheet-permission input')?.focus()
  }, [mobile, locked])

  const brief = <Brief view={view} calls={calls} />
  const past = <Past view={view} />
  const main = (
    <div className={styles.main}>
      <Script view={view} {...part} />
      {view.slip ? <ConfirmSlip slip={view.slip} satisfied={satisfied} change={setSatisfied} locked={locked} /> : null}
      <ScoreRows {...part} />
      <Words {...part} withSlip={!view.slip} />
      <Recap {...part} hint={view.recap_hint} />
    </div>
  )

  return (
    <div className={styles.sheet}>
      <SheetHead view={view} state={state} autosave={autosave} menu={menu} />
      <SheetNotice view={view} state={state} settle={() => autosave.settle()} />
      {mobile ? (
        <div className={styles.stack}>
          <Brief view={view} calls={calls} part="contact" />
          {main}
          <Brief view={view} calls={calls} part="thing" />
          {past}
        </div>
      ) : (
        <div className={styles.columns}>
          <Side label={t('callsheet.customer.title')}>{brief}</Side>
          {main}
          <Side label={t('callsheet.history.title')}>{past}</Side>
        </div>
      )}
      {locked ? null : (
        <OutcomeBar
          view={view}
          autosave={autosave}
          draft={state.draft}
          change={change}
          satisfied={satisfied}
          setSatisfied={setSatisfied}
          phoneId={calls.lastId}
          outcome={outcome}
          setOutcome={setOutcome}
        />
      )}
    </div>
  )
}

function Side({ label, children }: { label: string; children: ReactNode }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls by itself and must be reached by keyboard
    <aside className={styles.side} aria-label={label} tabIndex={0}>
      {children}
    </aside>
  )
}
