import { Form, Input, Modal } from 'antd'
import { useTranslation } from 'react-i18next'
import { api } from '~/api/client.ts'
import { useDone, useRefused } from '~/shared/lib/useFeedback.ts'
import type { TaskRow } from './TaskMenu.tsx'
import { useTasksChanged } from './useTasksChanged.ts'

export interface ReasonTaskProps {
  task: TaskRow
  act: 'cancel' | 'reopen'
  close: () => void
}

/** Cancels or reopens a follow-up; both need a reason that stays on record. */
export function ReasonTask({ task, act, close }: ReasonTaskProps) {
  const { t } = useTranslation()
  const [form] = Form.useForm<{ reason: string }>()
  const cancel = api.useMutation('post', '/api/v1/tasks/{id}/cancel')
  const reopen = api.useMutation('post', '/api/v1/tasks/{id}/reopen')
  const changed = useTasksChanged()
  const done = useDone()
  const refused = useRefused()
  const cancels = act === 'cancel'
  const words = cancels ? 'followup.cancelTask' : 'followup.reopen'

  async function submit({ reason }: { reason: string }) {
    const request = { params: { path: { id: task.id } }, body: { reason: reason.trim(), version: task.version } }
    try {
      await (cancels ? cancel.mutateAsync(request) : reopen.mutateAsync(request))
      done(t(cancels ? 'followup.cancelled' : 'followup.reopened'))
      close()
    } catch (error) {
      refused(error, form)
    } finally {
      changed()
    }
  }

  return (
    <Modal
      open
      title={t(`${words}.title`, { name: task.customer_name })}
      okText={t(`${words}.submit`)}
      okButtonProps={{ loading: cancel.isPending || reopen.isPending, danger: cancels }}
      cancelText={cancels ? t('followup.cancelTask.keep') : undefined}
      onOk={form.submit}
      onCancel={close}
    >
      <Form form={form} layout="vertical" onFinish={(values) => void submit(values)}>
        <Form.Item
          name="reason"
          label={t(`${words}.reason`)}
          extra={cancels ? t('followup.cancelTask.hint') : undefined}
          rules={[{ required: true, whitespace: true, message: t('common.required') }]}
        >
          <Input.TextArea autoFocus rows={2} maxLength={200} />
        </Form.Item>
      </Form>
    </Modal>
  )
}
