import { Button, Form, Input } from 'antd'
import { useTranslation } from 'react-i18next'
import { api } from '~/api/client.ts'
import { useDone, useRefused } from '~/shared/lib/useFeedback.ts'
import type { ActProps } from './SlipActions.tsx'

/** The answer is not good enough: back to the person responsible, with the reason. */
export function ReturnForm({ slip, show }: ActProps) {
  const { t } = useTranslation()
  const [form] = Form.useForm<{ reason: string }>()
  const giveBack = api.useMutation('post', '/api/v1/slips/{id}/return')
  const done = useDone()
  const refused = useRefused()

  async function submit({ reason }: { reason: string }) {
    try {
      const next = await giveBack.mutateAsync({
        params: { path: { id: slip.row.id } },
        body: { reason: reason.trim(), version: slip.row.version },
      })
      done(t('slips.act.returned'))
      show(next)
    } catch (error) {
      refused(error, form)
    }
  }

  return (
    <Form form={form} layout="vertical" onFinish={(values) => void submit(values)}>
      <Form.Item
        name="reason"
        label={t('slips.act.returnReason')}
        rules={[{ required: true, whitespace: true, message: t('common.required') }]}
      >
        <Input.TextArea
          autoSize={{ minRows: 2, maxRows: 6 }}
          maxLength={2000}
          placeholder={t('slips.act.returnHint')}
        />
      </Form.Item>
      <Button danger htmlType="submit" loading={giveBack.isPending}>
        {t('slips.act.returnSubmit')}
      </Button>
    </Form>
  )
}
