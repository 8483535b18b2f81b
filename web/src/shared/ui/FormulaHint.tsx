import { QuestionCircleOutlined } from '@ant-design/icons'
import { Popover } from 'antd'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import styles from './FormulaHint.module.css'

/** How a figure is computed, one click away from every figure. */
export function FormulaHint({ of, children }: { of: string; children: ReactNode }) {
  const { t } = useTranslation()
  return (
    <Popover
      trigger="click"
      title={`${of} · ${t('common.formula')}`}
      content={<div className={styles.body}>{children}</div>}
    >
      <button type="button" className={styles.button} aria-label={`${of} · ${t('common.formula')}`}>
        <QuestionCircleOutlined aria-hidden="true" />
      </button>
    </Popover>
  )
}
