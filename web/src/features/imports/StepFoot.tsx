import type { ReactNode } from 'react'
import styles from './StepFoot.module.css'

/** The way on, always in sight. */
export function StepFoot({ note, children }: { note?: string; children: ReactNode }) {
  return (
    <div className={styles.foot}>
      <span role="status" className={styles.note}>
        {note}
      </span>
      {children}
    </div>
  )
}
