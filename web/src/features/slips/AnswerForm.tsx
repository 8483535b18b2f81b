import { Button, Form, Input } from 'antd'
import { useTranslation } from 'react-i18next'
import { api } from '~/api/client.ts'
import { useDone, useRefused } from '~/shared/lib/useFeedback.ts'
import { PasswordItem } from './PasswordItem.tsx'
import type { ActProps } from './SlipActions.tsx'

interface Values {
  answer: string
  password: string
}

/** The person responsible says what was done, and signs by the password. */
export function AnswerForm({ slip, show }: ActProps) {
  const { t } = useTranslation()
  const [form] = Form.useForm<Values>()
  const answer = api.useMutation('post', '/api/v1/slips/{id}/answer')
  const done = useDone()
  const refused = useRefused()

  async function submit(values: Values) {
    try {
      const next = await answer.mutateAsync({
        params: { path: { id: slip.row.id } },
        body: { answer: values.answer.trim(), password: values.password, version: slip.row.version },
      })
      done(t('slips.act.answered'))
      show(next)
    } catch (error) {
      // A wrong password must not cost the text.
      form.resetFields(['password'])
      refused(error, form)
    }
  }

  return (
    <Form
      form={form}
      layout="vertical"
      initialValues={{ answer: slip.answer ?? '' }}
      onFinish={(values) => void submit(values)}
    >
      <Form.Item
        name="answer"
        label={t('slips.act.answer')}
        rules={[{ required: true, whitespace: true, message: t('common.required') }]}
      >
        <Input.TextArea
          autoSize={{ minRows: 4, maxRows: 12 }}
          maxLength={2000}
          showCount
          placeholder={t('slips.act.answerHint')}
        />
      </Form.Item>
      <PasswordItem />
      <Button type="primary" htmlType="submit" loading={answer.isPending}>
        {t('slips.act.sign')}
      </Button>
    </Form>
  )
}
