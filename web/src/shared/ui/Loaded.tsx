import { Button, Skeleton } from 'antd'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { clock } from '~/shared/lib/dates.ts'
import { EmptyBox } from './EmptyBox.tsx'
import { ErrorBox } from './ErrorBox.tsx'
import styles from './Loaded.module.css'

/** The part of a query that a screen needs to know. */
export interface QueryLike<T> {
  data: T | undefined
  error: unknown
  isPlaceholderData?: boolean
  /** When the data were fetched, epoch milliseconds. */
  dataUpdatedAt?: number
  refetch: () => unknown
}

export interface LoadedProps<T> {
  query: QueryLike<T>
  children: (data: T) => ReactNode
  /** Lines of the skeleton, or a skeleton of one's own. */
  skeleton?: number | ReactNode
  isEmpty?: (data: T) => boolean
  /** What is shown when `isEmpty`: words and the next step. */
  empty?: ReactNode
}

/**
 * Every screen that asks the server: skeleton at first, old data dimmed while new is fetched, error with retry, empty. Data that
 * could not be refreshed stay, with a word on how old they are.
 */
export function Loaded<T>({ query, children, skeleton = 6, isEmpty, empty }: LoadedProps<T>) {
  const { t } = useTranslation()
  const { data, error } = query
  if (data === undefined) {
    if (error) return <ErrorBox error={error} retry={() => void query.refetch()} />
    return (
      <div role="status" aria-busy="true" aria-label={t('common.loading')}>
        {typeof skeleton === 'number' ? <Skeleton active title={false} paragraph={{ rows: skeleton }} /> : skeleton}
      </div>
    )
  }
  const old = error ? (
    <p className={styles.old} role="status">
      <span aria-hidden="true">▲</span>{' '}
      {t('common.notRefreshed', { time: query.dataUpdatedAt ? clock(query.dataUpdatedAt) : '' })} ·{' '}
      <Button type="link" size="small" className={styles.retry} onClick={() => void query.refetch()}>
        {t('common.retry')}
      </Button>
    </p>
  ) : null
  if (isEmpty?.(data))
    return (
      <>
        {old}
        {empty ?? <EmptyBox />}
      </>
    )
  return (
    <div
      className={`${styles.body} ${query.isPlaceholderData ? styles.stale : ''}`}
      aria-busy={query.isPlaceholderData}
    >
      {old}
      {children(data)}
    </div>
  )
}
