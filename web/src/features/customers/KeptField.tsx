import { Button } from 'antd'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { Kept } from './customerForm.ts'
import styles from './KeptField.module.css'

export interface KeptFieldProps<T> {
  id?: string
  value?: Kept<T>
  onChange?: (value: Kept<T>) => void
  /** What the field is, for the buttons' names. */
  name: string
  children: (field: { id?: string; value: T | undefined; onChange: (value: T | undefined) => void }) => ReactNode
}

/** A stored value shown masked until somebody chooses to type it anew. Fits an antd form. */
export function KeptField<T>({ id, value, onChange, name, children }: KeptFieldProps<T>) {
  const { t } = useTranslation()
  const now: Kept<T> = value ?? { keep: false }
  if (now.keep) {
    return (
      <div className={styles.kept}>
        <span className="lk-num">{now.masked}</span>
        <Button size="small" onClick={() => onChange?.({ ...now, keep: false, value: undefined })}>
          {t('customers.form.retype')}
          <span className="lk-sr">{name}</span>
        </Button>
      </div>
    )
  }
  return (
    <div className={styles.typed}>
      {children({ id, value: now.value, onChange: (typed) => onChange?.({ ...now, value: typed }) })}
      {now.masked ? (
        <div className={styles.back}>
          <span className="lk-muted lk-small">{t('customers.form.retypeHint')}</span>
          <Button size="small" type="link" onClick={() => onChange?.({ ...now, keep: true, value: undefined })}>
            {t('customers.form.keep', { masked: now.masked })}
          </Button>
        </div>
      ) : null}
    </div>
  )
}
