import { Button, Drawer } from 'antd'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { useIsMobile } from '~/shared/lib/useMedia.ts'
import styles from './FormDrawer.module.css'

export interface FormDrawerProps {
  title: ReactNode
  open: boolean
  close: () => void
  children: ReactNode
  width?: number
}

/** A form beside the list it belongs to; whether it is open lives in the address. */
export function FormDrawer({ title, open, close, children, width = 520 }: FormDrawerProps) {
  const mobile = useIsMobile()
  return (
    <Drawer title={title} open={open} onClose={close} size={mobile ? '100%' : width} destroyOnHidden>
      {children}
    </Drawer>
  )
}

export interface FormFootProps {
  close: () => void
  pending: boolean
  /** The verb, when it is not "save". */
  submit?: string
  disabled?: boolean
}

/** The last row of the form in a drawer; stays in sight. */
export function FormFoot({ close, pending, submit, disabled }: FormFootProps) {
  const { t } = useTranslation()
  return (
    <div className={styles.foot}>
      <Button onClick={close}>{t('common.cancel')}</Button>
      <Button type="primary" htmlType="submit" loading={pending} disabled={disabled}>
        {submit ?? t('common.save')}
      </Button>
    </div>
  )
}
