import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { FormulaHint } from './FormulaHint.tsx'
import styles from './MetricCard.module.css'

export interface Delta {
  /** Which way the figure moved. */
  direction: 'up' | 'down' | 'same'
  /** Whether that is good news: overdue slips falling is. */
  good: boolean
  /** E.g. `2.1 个百分点`. */
  text: string
}

export interface MetricCardProps {
  label: string
  value: ReactNode
  note?: ReactNode
  delta?: Delta
  /** How the figure is computed. */
  formula?: ReactNode
  alarm?: boolean
}

const MARKS = { up: '▲', down: '▼', same: '■' } as const

/** One figure. To make it a link wrap the value: `value={<Link …>37</Link>}`. */
export function MetricCard({ label, value, note, delta, formula, alarm }: MetricCardProps) {
  const { t } = useTranslation()
  return (
    <div className={styles.card}>
      <div className={styles.label}>
        <span>{label}</span>
        {formula ? <FormulaHint of={label}>{formula}</FormulaHint> : null}
      </div>
      <span className={`${styles.value} ${alarm ? styles.alarm : ''}`}>{value}</span>
      {delta ? (
        <span className={`${styles.note} ${delta.direction === 'same' ? '' : delta.good ? styles.up : styles.down}`}>
          <span aria-hidden="true">
            {MARKS[delta.direction]} {delta.text}
          </span>
          <span className="lk-sr">{t(`common.delta.${delta.direction}`, { value: delta.text })}</span>
        </span>
      ) : null}
      {note ? <span className={styles.note}>{note}</span> : null}
    </div>
  )
}

/** A row of cards that wraps; `five` makes rows of five where there is room, for a stack that has its own gaps. */
export function MetricGrid({ children, five }: { children: ReactNode; five?: boolean }) {
  return <div className={`${styles.grid} ${five ? styles.five : ''}`}>{children}</div>
}
