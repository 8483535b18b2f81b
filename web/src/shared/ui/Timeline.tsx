import type { ReactNode } from 'react'
import { instant } from '~/shared/lib/dates.ts'
import styles from './Timeline.module.css'

export interface TimelineItem {
  id: string
  /** Epoch ms. */
  at: number
  /** Word of the kind: 回访, 维修 … */
  kind: string
  tone: 'primary' | 'info' | 'success' | 'warning' | 'error' | 'neutral'
  title: ReactNode
  text?: ReactNode
  who?: string | null
}

/** What happened, newest first. */
export function Timeline({ items, label }: { items: TimelineItem[]; label: string }) {
  return (
    <ol className={styles.list} aria-label={label}>
      {items.map((item) => (
        <li key={item.id} className={styles.item}>
          <span className={`${styles.ring} ${styles[item.tone]}`} aria-hidden="true" />
          <div className={styles.head}>
            <span className={`${styles.kind} ${styles[item.tone]}`}>{item.kind}</span>
            <span className={styles.title}>{item.title}</span>
            <time className={styles.time} dateTime={new Date(item.at).toISOString()}>
              {instant(item.at)}
            </time>
          </div>
          {item.text ? <div className={styles.text}>{item.text}</div> : null}
          {item.who ? <div className={styles.who}>{item.who}</div> : null}
        </li>
      ))}
    </ol>
  )
}
