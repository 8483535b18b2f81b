import { Skeleton } from 'antd'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { EmptyBox } from './EmptyBox.tsx'
import { ErrorBox } from './ErrorBox.tsx'
import styles from './Loaded.module.css'

/** The part of a query that a screen needs to know. */
export interface QueryLike<T> {
  data: T | undefined
  error: unknown
  isPlaceholderData?: boolean
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

/** Every screen that asks the server: skeleton at first, old data dimmed while new is fetched, error with retry, empty. */
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
  if (isEmpty?.(data)) return empty ?? <EmptyBox />
  return (
    <div
      className={`${styles.body} ${query.isPlaceholderData ? styles.stale : ''}`}
      aria-busy={query.isPlaceholderData}
    >
      {children(data)}
    </div>
  )
}
