import { Form, Modal } from 'antd'
import { useTranslation } from 'react-i18next'
import { api } from '~/api/client.ts'
import { useDone, useRefused } from '~/shared/lib/useFeedback.ts'
import { StaffSelect } from '~/shared/ui/StaffSelect.tsx'
import type { TaskRow } from './TaskMenu.tsx'
import { useTasksChanged } from './useTasksChanged.ts'

/** Gives a follow-up to a colleague, or back to everybody. */
export function AssignTask({ task, close }: { task: TaskRow; close: () => void }) {
  const { t } = useTranslation()
  const [form] = Form.useForm<{ staff_id?: string }>()
  const assign = api.useMutation('post', '/api/v1/tasks/{id}/assign')
  const changed = useTasksChanged()
  const done = useDone()
  const refused = useRefused()

  async function submit({ staff_id }: { staff_id?: string }) {
    try {
      const row = await assign.mutateAsync({
        params: { path: { id: task.id } },
        body: { staff_id: staff_id ?? null, version: task.version },
      })
      done(row.assignee_name ? t('followup.assigned', { name: row.assignee_name }) : t('followup.unassignedDone'))
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
      title={t('followup.assign.title', { name: task.customer_name })}
      okText={t('followup.assign.submit')}
      okButtonProps={{ loading: assign.isPending }}
      onOk={form.submit}
      onCancel={close}
    >
      <Form
        form={form}
        layout="vertical"
        initialValues={{ staff_id: task.assignee_id ?? undefined }}
        onFinish={(values) => void submit(values)}
      >
        <Form.Item name="staff_id" label={t('followup.assign.staff')} extra={t('followup.assign.hint')}>
          <StaffSelect
            permission="followup.work"
            currentName={task.assignee_name}
            placeholder={t('followup.unassigned')}
            autoFocus
          />
        </Form.Item>
      </Form>
    </Modal>
  )
}
