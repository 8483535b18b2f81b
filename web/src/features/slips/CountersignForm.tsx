import { Button, Form, Input } from 'antd'
import { useTranslation } from 'react-i18next'
import { api } from '~/api/client.ts'
import { useDone, useRefused } from '~/shared/lib/useFeedback.ts'
import { PasswordItem } from './PasswordItem.tsx'
import type { ActProps } from './SlipActions.tsx'

interface Values {
  note?: string
  password: string
}

/** The director stands behind the answer, by the password. */
export function CountersignForm({ slip, show }: ActProps) {
  const { t } = useTranslation()
  const [form] = Form.useForm<Values>()
  const countersign = api.useMutation('post', '/api/v1/slips/{id}/countersign')
  const done = useDone()
  const refused = useRefused()

  async function submit(values: Values) {
    try {
      const next = await countersign.mutateAsync({
        params: { path: { id: slip.row.id } },
        body: { password: values.password, note: values.note?.trim() || null, version: slip.row.version },
      })
      done(t('slips.act.countersigned'))
      show(next)
    } catch (error) {
      form.resetFields(['password'])
      refused(error, form)
    }
  }

  return (
    <Form form={form} layout="vertical" onFinish={(values) => void submit(values)}>
      <Form.Item name="note" label={t('slips.act.note')}>
        <Input.TextArea autoSize={{ minRows: 2, maxRows: 6 }} maxLength={2000} />
      </Form.Item>
      <PasswordItem />
      <Button type="primary" htmlType="submit" loading={countersign.isPending}>
        {t('slips.act.countersign')}
      </Button>
    </Form>
  )
}
