import { Button, Form } from 'antd'
import { useTranslation } from 'react-i18next'
import { api } from '~/api/client.ts'
import { useDone, useRefused } from '~/shared/lib/useFeedback.ts'
import { StaffSelect } from '~/shared/ui/StaffSelect.tsx'
import styles from './PasswordItem.module.css'
import type { ActProps } from './SlipActions.tsx'

/** Chooses who answers the slip. */
export function AssignForm({ slip, show }: ActProps) {
  const { t } = useTranslation()
  const [form] = Form.useForm<{ responsible_id: string }>()
  const assign = api.useMutation('post', '/api/v1/slips/{id}/assign')
  const done = useDone()
  const refused = useRefused()

  async function submit({ responsible_id }: { responsible_id: string }) {
    try {
      const next = await assign.mutateAsync({
        params: { path: { id: slip.row.id } },
        body: { responsible_id, version: slip.row.version },
      })
      done(t('slips.act.assigned', { name: next.row.responsible_name ?? '' }))
      show(next)
    } catch (error) {
      refused(error, form)
    }
  }

  return (
    <Form
      form={form}
      layout="vertical"
      initialValues={{ responsible_id: slip.row.responsible_id ?? undefined }}
      onFinish={(values) => void submit(values)}
    >
      <Form.Item
        name="responsible_id"
        label={t('slips.act.assign')}
        className={styles.password}
        rules={[{ required: true, message: t('common.required') }]}
      >
        <StaffSelect permission="slip.answer" currentName={slip.row.responsible_name} allowClear={false} />
      </Form.Item>
      <Button type="primary" htmlType="submit" loading={assign.isPending}>
        {t('slips.act.assignSubmit')}
      </Button>
    </Form>
  )
}
