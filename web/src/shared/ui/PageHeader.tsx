import { type ReactNode, useEffect } from 'react'
import { useTranslation } from 'react-i18next'
import styles from './PageHeader.module.css'

export interface PageHeaderProps {
  /** Also the document's title. */
  title: string
  sub?: ReactNode
  /** Buttons on the right. */
  extra?: ReactNode
  /** Before the title: a way back, a badge. */
  before?: ReactNode
}

/** The one h1 of a page. */
export function PageHeader({ title, sub, extra, before }: PageHeaderProps) {
  const { t } = useTranslation()
  useEffect(() => {
    document.title = `${title} · ${t('shell.brand')}`
  }, [title, t])
  return (
    <header className={styles.header}>
      <div className={styles.words}>
        {before}
        <h1 className={styles.title}>{title}</h1>
        {sub ? <p className={styles.sub}>{sub}</p> : null}
      </div>
      {extra ? <div className={styles.extra}>{extra}</div> : null}
    </header>
  )
}
