import { EllipsisOutlined } from '@ant-design/icons'
import { Button, Dropdown, type MenuProps } from 'antd'
import { type ComponentProps, lazy, type Ref, Suspense, useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { api } from '~/api/client.ts'
import type { components } from '~/api/schema.gen.ts'
import { type Session, useSession } from '~/api/session.ts'
import { useDone, useRefused } from '~/shared/lib/useFeedback.ts'
import styles from './TaskMenu.module.css'
import { useTasksChanged } from './useTasksChanged.ts'

// Fetched when asked for: with their pickers they weigh more than the list they belong to.
const AssignTask = lazy(() => import('./AssignTask.tsx').then((file) => ({ default: file.AssignTask })))
const ReasonTask = lazy(() => import('./ReasonTask.tsx').then((file) => ({ default: file.ReasonTask })))
const SnoozeTask = lazy(() => import('./SnoozeTask.tsx').then((file) => ({ default: file.SnoozeTask })))

export type TaskRow = components['schemas']['TaskRow']

export interface TaskMenuProps {
  task: TaskRow
  /** A button with words instead of the dots alone. */
  label?: string
}

/** What else can be done with a follow-up: take it, give it to somebody, later, cancel, reopen. */
export function TaskMenu({ task, label }: TaskMenuProps) {
  const session = useSession()
  // A list has a menu in every row, and hardly one of them is opened: until then it is a button and nothing more.
  const [asked, setAsked] = useState(false)
  const acts = actsOn(task, session)
  if (acts.length === 0) return null
  if (asked || label) return <Menu task={task} acts={acts} label={label} asked={asked} />
  return <Dots task={task} onClick={() => setAsked(true)} />
}

const ACTS = ['claim', 'snooze', 'assign', 'cancel', 'reopen'] as const
type Act = (typeof ACTS)[number]

function actsOn(task: TaskRow, { staff, permissions }: Session): Act[] {
  const open = task.status === 'open'
  const works = permissions.includes('followup.work')
  const assigns = permissions.includes('followup.assign')
  const may: Record<Act, boolean> = {
    claim: open && works && task.assignee_id !== staff.id,
    snooze: open && works,
    assign: open && assigns,
    cancel: open && assigns,
    reopen: !open && assigns,
  }
  return ACTS.filter((act) => may[act])
}

interface DotsProps extends ComponentProps<'button'> {
  task: TaskRow
  ref?: Ref<HTMLButtonElement>
}

function Dots({ task, className, ...button }: DotsProps) {
  const { t } = useTranslation()
  return (
    <button
      type="button"
      className={[styles.dots, className].filter(Boolean).join(' ')}
      aria-haspopup="menu"
      aria-label={t('followup.action.more', { name: task.customer_name })}
      {...button}
    >
      <EllipsisOutlined aria-hidden="true" />
    </button>
  )
}

interface MenuOfTaskProps extends TaskMenuProps {
  acts: Act[]
  /** The button that was pressed has given way to this one, with its menu open. */
  asked: boolean
}

function Menu({ task, acts, label, asked }: MenuOfTaskProps) {
  const { t } = useTranslation()
  const changed = useTasksChanged()
  const done = useDone()
  const refused = useRefused()
  const claim = api.useMutation('post', '/api/v1/tasks/{id}/claim')
  const [dialog, setDialog] = useState<Act>()
  const [shown, setShown] = useState(asked)
  const dots = useRef<HTMLButtonElement>(null)
  useEffect(() => dots.current?.focus(), [])
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

  const items = acts.flatMap((act): NonNullable<MenuProps['items']> => {
    const item = {
      key: act,
      danger: act === 'cancel',
      label: t(`followup.action.${act}`),
      onClick: () => (act === 'claim' ? void take() : setDialog(act)),
    }
    return act === 'cancel' ? [{ type: 'divider', key: 'line' }, item] : [item]
  })

  return (
    <>
      <Dropdown menu={{ items }} trigger={['click']} placement="bottomRight" open={shown} onOpenChange={setShown}>
        {label ? (
          <Button aria-label={t('followup.action.more', { name: task.customer_name })}>{label}</Button>
        ) : (
          <Dots task={task} ref={dots} />
        )}
      </Dropdown>
      <Suspense>
        {dialog === 'assign' ? <AssignTask task={task} close={close} /> : null}
        {dialog === 'snooze' ? <SnoozeTask task={task} close={close} /> : null}
        {dialog === 'cancel' || dialog === 'reopen' ? <ReasonTask task={task} act={dialog} close={close} /> : null}
      </Suspense>
    </>
  )
}
