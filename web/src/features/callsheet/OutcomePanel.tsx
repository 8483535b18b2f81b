import { Alert, Button, Input, Select } from 'antd'
import { type KeyboardEvent, useEffect, useMemo, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Outcome } from '~/shared/lib/followupWords.ts'
import { inWindows, moments, windowsWords } from '~/shared/lib/moments.ts'
import { useShortcuts } from '~/shared/lib/shortcuts.ts'
import { serverNow } from '~/shared/lib/sla.ts'
import { Kbd } from '~/shared/ui/Kbd.tsx'
import { WhenPicker } from '~/shared/ui/WhenPicker.tsx'
import { TEXT_MAX } from './draft.ts'
import type { OutcomeBarProps } from './OutcomeBar.tsx'
import styles from './OutcomePanel.module.css'
import { type Missing, missing, needsReason, raisesSlip } from './outcome.ts'
import { firstPhone } from './phones.ts'
import { useFinish } from './useFinish.tsx'

const AGAIN = [
  { key: 'tonight', days: 0, time: '18:30' },
  { key: 'tomorrowMorning', days: 1, time: '10:00' },
  { key: 'tomorrowEvening', days: 1, time: '18:30' },
] as const

/** What the button says when no other task follows: only two outcomes surely end this one. */
const VERBS = {
  reached: 'confirm',
  call_again: 'again',
  no_answer: 'leave',
  refused: 'confirm',
  wrong_number: 'leave',
} as const satisfies Record<Outcome, string>

export interface OutcomePanelProps extends OutcomeBarProps {
  outcome: Outcome
  close: () => void
}

/** What an outcome still needs, what it leads to, and the one button that ends the contact. */
export function OutcomePanel(props: OutcomePanelProps) {
  const { view, autosave, draft, change, outcome, close } = props
  const { t } = useTranslation()
  const box = useRef<HTMLFieldSetElement>(null)
  const [at, setAt] = useState<number>()
  const [chosenPhone, setPhone] = useState<string>()
  const [lacking, setLacking] = useState<Missing>()
  const { run, busy } = useFinish(view, autosave)
  const confirms = Boolean(view.slip)
  const phones = view.customer.phones
  const phoneId = chosenPhone ?? props.phoneId ?? firstPhone(phones)?.id
  const slip = raisesSlip({ outcome, draft, confirms })
  const reason = needsReason({ outcome, draft, confirms, satisfied: props.satisfied })

  // The first thing to fill in, or else the button: the whole goes by keyboard.
  useEffect(() => {
    box.current?.querySelector<HTMLElement>('[data-first] button, [data-first] textarea, [data-submit]')?.focus()
  }, [])

  function submit() {
    const lacks = missing({ outcome, draft, callAgainAt: at, now: serverNow(), confirms, satisfied: props.satisfied })
    setLacking(lacks)
    if (lacks === 'problem') document.getElementById('sheet-problem')?.focus()
    if (lacks === 'reason') document.getElementById('sheet-note')?.focus()
    if (lacks || busy) return
    const slipSatisfied = confirms && outcome === 'reached' ? props.satisfied : undefined
    void run({
      outcome,
      callAgainAt: outcome === 'call_again' ? at : undefined,
      phoneId,
      raiseSlip: slip,
      slipSatisfied,
    })
  }
  useShortcuts({ 'mod+enter': submit })

  function onKey(event: KeyboardEvent) {
    if (event.key !== 'Escape' || event.nativeEvent.isComposing) return
    event.stopPropagation()
    close()
  }

  const presets = useMemo(() => {
    const now = serverNow()
    return [
      { key: 'inOneHour', label: t('callsheet.outcome.inOneHour'), at: now + 3_600_000 },
      ...moments(now, AGAIN).map((moment) => ({
        ...moment,
        label: t(`callsheet.outcome.${moment.key as (typeof AGAIN)[number]['key']}`),
      })),
    ]
  }, [t])

  const words: Record<Missing, string> = {
    when: t('callsheet.outcome.whenRequired'),
    problem: t('callsheet.outcome.problemRequired'),
    satisfied: t('callsheet.confirming.required'),
    reason: t('problem.followup.reason_for_no_slip'),
  }

  return (
    <fieldset ref={box} className={styles.panel} disabled={busy} onKeyDown={onKey}>
      <legend className="lk-sr">{t(`followup.outcome.${outcome}`)}</legend>
      <div className={styles.fields}>
        {outcome === 'call_again' ? (
          <div className={styles.field} data-first>
            <label className={styles.label} htmlFor="sheet-when">
              {t('callsheet.outcome.when')}
            </label>
            <WhenPicker id="sheet-when" presets={presets} value={at} onChange={setAt} invalid={lacking === 'when'} />
            {at !== undefined && !inWindows(at, view.windows) ? (
              <span className={styles.warn}>
                ▲ {t('callsheet.outcome.outside')}
                {t('common.aside', { words: windowsWords(t, view.windows) })}
              </span>
            ) : null}
          </div>
        ) : null}
        {outcome !== 'reached' && phones.length > 1 ? (
          <div className={styles.field}>
            <label className={styles.label} htmlFor="sheet-phone">
              {t('callsheet.outcome.phone')}
            </label>
            <Select
              id="sheet-phone"
              className={styles.phone}
              value={phoneId}
              onChange={setPhone}
              options={phones.map((phone) => ({
                value: phone.id,
                label: [phone.masked, phone.label].filter(Boolean).join(' · '),
              }))}
            />
          </div>
        ) : null}
        {outcome === 'reached' && !reason ? null : (
          <div className={`${styles.field} ${styles.grow}`} data-first={outcome === 'call_again' ? undefined : ''}>
            <label className={styles.label} htmlFor="sheet-note">
              {t(reason ? 'callsheet.outcome.reason' : 'callsheet.outcome.note')}
            </label>
            <Input.TextArea
              id="sheet-note"
              autoSize={{ minRows: 1, maxRows: 3 }}
              maxLength={TEXT_MAX}
              placeholder={t(`callsheet.outcome.noteHint.${outcome}`)}
              status={lacking === 'reason' ? 'error' : undefined}
              value={draft.note ?? ''}
              onChange={(event) => change((old) => ({ ...old, note: event.target.value }))}
            />
          </div>
        )}
        <div className={styles.words}>
          <Consequence outcome={outcome} slip={slip} owned={Boolean(draft.responsible_id)} />
          {lacking ? <Alert type="error" showIcon title={words[lacking]} /> : null}
        </div>
      </div>
      <div className={styles.acts}>
        <Button onClick={close}>{t('callsheet.outcome.cancel')}</Button>
        <Button type="primary" loading={busy} onClick={submit} data-submit>
          {t(`callsheet.outcome.${view.next_task_id ? 'next' : VERBS[outcome]}`)}
          <Kbd keys="Ctrl ↵" />
        </Button>
      </div>
    </fieldset>
  )
}

/** Where the outcome leads, said before it is confirmed. */
function Consequence({ outcome, slip, owned }: { outcome: Outcome; slip: boolean; owned: boolean }) {
  const { t } = useTranslation()
  if (outcome === 'reached')
    return (
      <p className={styles.hint}>
        {t('callsheet.outcome.reachedHint')}
        {slip ? (
          <strong className={styles.slip}>
            {' '}
            {t(owned ? 'callsheet.outcome.slipHint' : 'callsheet.outcome.slipHintNobody')}
          </strong>
        ) : null}
      </p>
    )
  if (outcome === 'call_again') return null
  const key = { no_answer: 'noAnswerHint', refused: 'refusedHint', wrong_number: 'wrongHint' } as const
  return <p className={styles.hint}>{t(`callsheet.outcome.${key[outcome]}`)}</p>
}
