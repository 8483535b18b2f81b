import styles from './Badge.module.css'

const MARKS = { good: '●', wait: '◐', off: '○', bad: '■' } as const

/** A status by shape, colour and words. */
export function Badge({ tone, words }: { tone: keyof typeof MARKS; words: string }) {
  return (
    <span className={`${styles.badge} ${styles[tone]}`}>
      <span className={styles.mark} aria-hidden="true">
        {MARKS[tone]}
      </span>
      {words}
    </span>
  )
}
