import { Form, Input, Modal } from 'antd'
import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { api } from '~/api/client.ts'
import { instantShort } from '~/shared/lib/dates.ts'
import { moments } from '~/shared/lib/moments.ts'
import { serverNow } from '~/shared/lib/sla.ts'
import { useDone, useRefused } from '~/shared/lib/useFeedback.ts'
import { WhenPicker } from '~/shared/ui/WhenPicker.tsx'
import type { TaskRow } from './TaskMenu.tsx'
import { useTasksChanged } from './useTasksChanged.ts'

const LATER = [
  { key: 'afternoon', days: 0, time: '15:00' },
  { key: 'evening', days: 0, time: '18:30' },
  { key: 'tomorrow', days: 1, time: '09:00' },
] as const

/** Hides a follow-up until a better time. */
export function SnoozeTask({ task, close }: { task: TaskRow; close: () => void }) {
  const { t } = useTranslation()
  const [form] = Form.useForm<{ until?: number; reason?: string }>()
  const snooze = api.useMutation('post', '/api/v1/tasks/{id}/snooze')
  const changed = useTasksChanged()
  const done = useDone()
  const refused = useRefused()
  const presets = useMemo(() => {
    const now = serverNow()
    return [
      { key: 'hour', label: t('followup.snooze.hour'), at: now + 3_600_000 },
      ...moments(now, LATER).map(({ key, at }) => ({
        key,
        at,
        label: t(`followup.snooze.${key as 'afternoon' | 'evening' | 'tomorrow'}`),
      })),
    ]
  }, [t])

  async function submit(values: { until?: number; reason?: string }) {
    if (values.until === undefined) return
    try {
      await snooze.mutateAsync({
        params: { path: { id: task.id } },
        body: { until: values.until, reason: values.reason?.trim() || null, version: task.version },
      })
      done(t('followup.snoozed', { time: instantShort(values.until) }))
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
      title={t('followup.snooze.title', { name: task.customer_name })}
      okText={t('followup.snooze.submit')}
      okButtonProps={{ loading: snooze.isPending }}
      onOk={form.submit}
      onCancel={close}
    >
      <Form form={form} layout="vertical" onFinish={(values) => void submit(values)}>
        <Form.Item
          name="until"
          label={t('followup.snooze.until')}
          rules={[
            { required: true, message: t('followup.snooze.past') },
            {
              validator: (_, at: number | undefined) =>
                at !== undefined && at <= serverNow()
                  ? Promise.reject(new Error(t('followup.snooze.past')))
                  : Promise.resolve(),
            },
          ]}
        >
          <WhenPicker presets={presets} placeholder={t('followup.snooze.pick')} />
        </Form.Item>
        <Form.Item name="reason" label={t('followup.snooze.reason')}>
          <Input maxLength={200} placeholder={t('followup.snooze.reasonHint')} />
        </Form.Item>
      </Form>
    </Modal>
  )
}
