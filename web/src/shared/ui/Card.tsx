import { type ReactNode, useId } from 'react'
import styles from './Card.module.css'

export interface CardProps {
  title?: ReactNode
  extra?: ReactNode
  /** No padding: for tables and lists that reach the edge. */
  flush?: boolean
  className?: string
  children: ReactNode
}

/** A white card with hairlines; with a title it is a named section with an h2. */
export function Card({ title, extra, flush, className = '', children }: CardProps) {
  const id = useId()
  return (
    <section className={`${styles.card} ${className}`} aria-labelledby={title ? id : undefined}>
      {title || extra ? (
        <div className={styles.head}>
          {title ? (
            <h2 id={id} className={styles.title}>
              {title}
            </h2>
          ) : null}
          {extra}
        </div>
      ) : null}
      <div className={flush ? styles.flush : styles.body}>{children}</div>
    </section>
  )
}
