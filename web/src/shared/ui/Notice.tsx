import { CloseCircleFilled, WarningFilled } from '@ant-design/icons'
import type { ReactNode } from 'react'
import styles from './Notice.module.css'

export interface NoticeProps {
  status: 'error' | 'warning'
  title: ReactNode
  detail?: ReactNode
  /** What one can do now. */
  action?: ReactNode
}

/** In place of a page or part that cannot be shown: what is the matter, and a way on. */
export function Notice({ status, title, detail, action }: NoticeProps) {
  const Icon = status === 'error' ? CloseCircleFilled : WarningFilled
  return (
    <div className={styles.notice}>
      <Icon className={`${styles.icon} ${styles[status]}`} aria-hidden="true" />
      <div className={styles.title}>{title}</div>
      {detail ? <div className={styles.detail}>{detail}</div> : null}
      {action ? <div className={styles.action}>{action}</div> : null}
    </div>
  )
}
