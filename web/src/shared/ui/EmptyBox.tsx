import { Empty } from 'antd'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'

/** Nothing to show, and what can be done about it. */
export function EmptyBox({ words, children }: { words?: ReactNode; children?: ReactNode }) {
  const { t } = useTranslation()
  return (
    <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={words ?? t('common.empty')}>
      {children}
    </Empty>
  )
}
