import { PlusOutlined } from '@ant-design/icons'
import { Button, type ButtonProps } from 'antd'
import { lazy, Suspense, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useCan } from '~/api/session.ts'

// Fetched when asked for: its pickers weigh more than the list it stands above.
const NewTaskDialog = lazy(() => import('./NewTaskDialog.tsx').then((file) => ({ default: file.NewTaskDialog })))

export interface NewTaskProps extends Pick<ButtonProps, 'size' | 'type'> {
  /** Already known on a customer's page. */
  customerId?: string
}

/** A follow-up arranged by hand; no button for those who may not. */
export function NewTask({ customerId, ...button }: NewTaskProps) {
  const { t } = useTranslation()
  const [open, setOpen] = useState(false)
  const can = useCan()
  if (!can('followup.work')) return null
  return (
    <>
      <Button {...button} icon={<PlusOutlined />} onClick={() => setOpen(true)}>
        {t('followup.create.button')}
      </Button>
      <Suspense>{open ? <NewTaskDialog customerId={customerId} close={() => setOpen(false)} /> : null}</Suspense>
    </>
  )
}
