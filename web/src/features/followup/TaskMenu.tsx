import { EllipsisOutlined } from '@ant-design/icons'
import { Button, Dropdown, type MenuProps } from 'antd'
import { lazy, Suspense, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { api } from '~/api/client.ts'
import type { components } from '~/api/schema.gen.ts'
import { useCan, useSession } from '~/api/session.ts'
import { useDone, useRefused } from '~/shared/lib/useFeedback.ts'
import { useTasksChanged } from './useTasksChanged.ts'

// Fetched when asked for: with their pickers they weigh more than the list they belong to.
const AssignTask = lazy(() => import('./AssignTask.tsx').then((file) => ({ default: file.AssignTask })))
const ReasonTask = lazy(() => import('./ReasonTask.tsx').then((file) => ({ default: file.ReasonTask })))
const SnoozeTask = lazy(() => import('./SnoozeTask.tsx').then((file) => ({ default: file.SnoozeTask })))

export type TaskRow = components['schemas']['TaskRow']
type Dialog = 'assign' | 'snooze' | 'cancel' | 'reopen'

export interface TaskMenuProps {
  task: TaskRow
  /** A button with words instead of the dots alone. */
  label?: string
}

/** What else can be done with a follow-up: take it, give it to somebody, later, cancel, reopen. */
export function TaskMenu({ task, label }: TaskMenuProps) {
  const { t } = useTranslation()
  const can = useCan()
  const { staff } = useSession()
  const changed = useTasksChanged()
  const done = useDone()
  const refused = useRefused()
  const claim = api.useMutation('post', '/api/v1/tasks/{id}/claim')
  const [dialog, setDialog] = useState<Dialog>()
  const close = () => setDialog(undefined)

  async function take() {
    try {
      await claim.mutateAsync({ params: { path: { id: task.id } }, body: { version: task.version } })
      done(t('followup.claimed'))
    } catch (error) {
      refused(error)
    } finally {
      changed()
    }
  }

  const open = task.status === 'open'
  const items: NonNullable<MenuProps['items']> = []
  if (open && can('followup.work') && task.assignee_id !== staff.id)
    items.push({ key: 'claim', label: t('followup.action.claim'), onClick: () => void take() })
  if (open && can('followup.work'))
    items.push({ key: 'snooze', label: t('followup.action.snooze'), onClick: () => setDialog('snooze') })
  if (open && can('followup.assign')) {
    items.push({ key: 'assign', label: t('followup.action.assign'), onClick: () => setDialog('assign') })
    items.push({ type: 'divider', key: 'line' })
    items.push({ key: 'cancel', danger: true, label: t('followup.action.cancel'), onClick: () => setDialog('cancel') })
  }
  if (!open && can('followup.assign'))
    items.push({ key: 'reopen', label: t('followup.action.reopen'), onClick: () => setDialog('reopen') })
  if (items.length === 0) return null

  return (
    <>
      <Dropdown menu={{ items }} trigger={['click']} placement="bottomRight">
        <Button
          type={label ? 'default' : 'text'}
          size={label ? undefined : 'small'}
          icon={label ? undefined : <EllipsisOutlined />}
          aria-label={t('followup.action.more', { name: task.customer_name })}
        >
          {label}
        </Button>
      </Dropdown>
      <Suspense>
        {dialog === 'assign' ? <AssignTask task={task} close={close} /> : null}
        {dialog === 'snooze' ? <SnoozeTask task={task} close={close} /> : null}
        {dialog === 'cancel' || dialog === 'reopen' ? <ReasonTask task={task} act={dialog} close={close} /> : null}
      </Suspense>
    </>
  )
}
