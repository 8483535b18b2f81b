import { useTranslation } from 'react-i18next'
import { instant } from '~/shared/lib/dates.ts'
import { spanWords, type Urgency, urgencyNow, useNow } from '~/shared/lib/sla.ts'
import styles from './DueBadge.module.css'

const MARKS = { ok: '●', soon: '▲', urgent: '◆', overdue: '■', paused: '‖' } as const

export interface DueBadgeProps {
  /** Epoch ms. */
  dueAt: number
  /** As the server said; the badge only moves it to overdue when the time comes. */
  urgency: Urgency
  paused?: boolean
}

/** How long is left (时限), by colour, shape and words; counts every second. */
export function DueBadge({ dueAt, urgency, paused }: DueBadgeProps) {
  const { t } = useTranslation()
  const now = useNow()
  const state = paused ? 'paused' : urgencyNow(urgency, dueAt, now)
  const time = spanWords(t, dueAt - now)
  return (
    <span className={`${styles.badge} ${styles[state]}`} title={instant(dueAt)}>
      <span className={styles.mark} aria-hidden="true">
        {MARKS[state]}
      </span>
      {t(`common.due.${state}`, { time })}
    </span>
  )
}
