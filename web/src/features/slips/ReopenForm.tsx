import { Button, Form, Input } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { api } from '~/api/client.ts'
import { useDone, useRefused } from '~/shared/lib/useFeedback.ts'
import type { ActProps } from './SlipActions.tsx'

/** A closed slip is opened again with a reason: back to the person responsible. */
export function ReopenForm({ slip, show }: ActProps) {
  const { t } = useTranslation()
  const [asked, setAsked] = useState(false)
  const [form] = Form.useForm<{ reason: string }>()
  const reopen = api.useMutation('post', '/api/v1/slips/{id}/reopen')
  const done = useDone()
  const refused = useRefused()

  async function submit({ reason }: { reason: string }) {
    try {
      const next = await reopen.mutateAsync({
        params: { path: { id: slip.row.id } },
        body: { reason: reason.trim(), version: slip.row.version },
      })
      done(t('slips.act.reopenedDone'))
      show(next)
    } catch (error) {
      refused(error, form)
    }
  }

  if (!asked)
    return (
      <Button danger onClick={() => setAsked(true)}>
        {t('slips.act.reopen')}
      </Button>
    )
  return (
    <Form form={form} layout="vertical" onFinish={(values) => void submit(values)}>
      <Form.Item
        name="reason"
        label={t('slips.act.reopenReason')}
        rules={[{ required: true, whitespace: true, message: t('common.required') }]}
      >
        <Input.TextArea
          autoFocus
          autoSize={{ minRows: 2, maxRows: 6 }}
          maxLength={2000}
          placeholder={t('slips.act.reopenHint')}
        />
      </Form.Item>
      <Button danger htmlType="submit" loading={reopen.isPending}>
        {t('slips.act.reopenSubmit')}
      </Button>
    </Form>
  )
}
