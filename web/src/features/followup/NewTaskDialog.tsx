import { Form, Input, Modal, Segmented, Select } from 'antd'
import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { api } from '~/api/client.ts'
import type { components } from '~/api/schema.gen.ts'
import { CHANNELS, KINDS } from '~/shared/lib/followupWords.ts'
import { moments } from '~/shared/lib/moments.ts'
import { serverNow } from '~/shared/lib/sla.ts'
import { useDone, useRefused } from '~/shared/lib/useFeedback.ts'
import { CustomerSelect } from '~/shared/ui/CustomerSelect.tsx'
import { StaffSelect } from '~/shared/ui/StaffSelect.tsx'
import { WhenPicker } from '~/shared/ui/WhenPicker.tsx'
import { useTasksChanged } from './useTasksChanged.ts'

type TaskInput = components['schemas']['TaskInput']

const DUE = [
  { key: 'evening', days: 0, time: '18:30' },
  { key: 'tomorrow', days: 1, time: '09:00' },
] as const

/** The form for a follow-up arranged by hand (手工回访). */
export function NewTaskDialog({ customerId, close }: { customerId?: string; close: () => void }) {
  const { t } = useTranslation()
  const [form] = Form.useForm<TaskInput>()
  const create = api.useMutation('post', '/api/v1/tasks')
  const changed = useTasksChanged()
  const done = useDone()
  const refused = useRefused()
  const presets = useMemo(
    () =>
      moments(serverNow(), DUE).map(({ key, at }) => ({
        key,
        at,
        label: t(`followup.snooze.${key as 'evening' | 'tomorrow'}`),
      })),
    [t],
  )

  async function submit(values: TaskInput) {
    try {
      const body = { ...values, customer_id: customerId ?? values.customer_id, purpose: values.purpose.trim() }
      const row = await create.mutateAsync({ body })
      done(t('followup.create.done', { number: row.number }))
      changed()
      close()
    } catch (error) {
      refused(error, form)
    }
  }

  const required = [{ required: true, message: t('common.required') }]
  return (
    <Modal
      open
      title={t('followup.create.title')}
      okText={t('followup.create.submit')}
      okButtonProps={{ loading: create.isPending }}
      onOk={form.submit}
      onCancel={close}
    >
      <Form
        form={form}
        layout="vertical"
        initialValues={{ kind: 'service_quality', channel: 'phone', due_at: presets[0]?.at }}
        onFinish={(values) => void submit(values)}
      >
        {customerId ? null : (
          <Form.Item name="customer_id" label={t('followup.create.customer')} rules={required}>
            <CustomerSelect autoFocus />
          </Form.Item>
        )}
        <Form.Item name="purpose" label={t('followup.create.purpose')} rules={[{ ...required[0], whitespace: true }]}>
          <Input maxLength={200} placeholder={t('followup.create.purposeHint')} autoFocus={customerId !== undefined} />
        </Form.Item>
        <Form.Item name="kind" label={t('followup.create.kind')}>
          <Segmented options={KINDS.map((kind) => ({ value: kind, label: t(`followup.kind.${kind}`) }))} />
        </Form.Item>
        <Form.Item name="channel" label={t('followup.create.channel')}>
          <Select options={CHANNELS.map((channel) => ({ value: channel, label: t(`followup.channel.${channel}`) }))} />
        </Form.Item>
        <Form.Item name="due_at" label={t('followup.create.due')} rules={required}>
          <WhenPicker presets={presets} placeholder={t('followup.snooze.pick')} />
        </Form.Item>
        <Form.Item name="assignee_id" label={t('followup.create.assignee')} extra={t('followup.create.assigneeHint')}>
          <StaffSelect permission="followup.work" placeholder={t('followup.unassigned')} />
        </Form.Item>
      </Form>
    </Modal>
  )
}
