import { Button, Form, Input, Radio } from 'antd'
import { useTranslation } from 'react-i18next'
import { api } from '~/api/client.ts'
import { useDone, useRefused } from '~/shared/lib/useFeedback.ts'
import type { ActProps } from './SlipActions.tsx'

interface Values {
  satisfied: boolean
  verbatim?: string
}

/** Somebody else asked the customer: satisfied closes the slip, otherwise it is reopened. */
export function ConfirmForm({ slip, show }: ActProps) {
  const { t } = useTranslation()
  const [form] = Form.useForm<Values>()
  const confirm = api.useMutation('post', '/api/v1/slips/{id}/confirm')
  const done = useDone()
  const refused = useRefused()

  async function submit(values: Values) {
    try {
      const next = await confirm.mutateAsync({
        params: { path: { id: slip.row.id } },
        body: {
          satisfied: values.satisfied,
          verbatim: values.verbatim?.trim() || null,
          version: slip.row.version,
        },
      })
      done(t(values.satisfied ? 'slips.act.confirmed' : 'slips.act.reopenedDone'))
      show(next)
    } catch (error) {
      refused(error, form)
    }
  }

  return (
    <Form form={form} layout="vertical" onFinish={(values) => void submit(values)}>
      <Form.Item
        name="satisfied"
        label={t('slips.act.satisfied')}
        rules={[{ required: true, message: t('common.required') }]}
      >
        <Radio.Group
          options={[
            { value: true, label: t('slips.act.yes') },
            { value: false, label: t('slips.act.no') },
          ]}
        />
      </Form.Item>
      <Form.Item name="verbatim" label={t('slips.act.verbatim')}>
        <Input.TextArea autoSize={{ minRows: 2, maxRows: 6 }} maxLength={2000} />
      </Form.Item>
      <Button type="primary" htmlType="submit" loading={confirm.isPending}>
        {t('slips.act.confirmSubmit')}
      </Button>
    </Form>
  )
}
