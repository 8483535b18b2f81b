import { Button, Form, Input } from 'antd'
import { useTranslation } from 'react-i18next'
import { api } from '~/api/client.ts'
import { useDone, useRefused } from '~/shared/lib/useFeedback.ts'
import { Card } from '~/shared/ui/Card.tsx'
import { PageHeader } from '~/shared/ui/PageHeader.tsx'
import styles from './Front.module.css'
import { NewPassword } from './NewPassword.tsx'

interface Values {
  current: string
  new: string
}

export function PasswordPage() {
  const { t } = useTranslation()
  const [form] = Form.useForm<Values>()
  const refused = useRefused()
  const done = useDone()
  const change = api.useMutation('post', '/api/v1/session/password')

  async function submit(values: Values) {
    try {
      await change.mutateAsync({ body: { current: values.current, new: values.new } })
      form.resetFields()
      done(t('session.password.done'))
    } catch (error) {
      refused(error, form)
    }
  }

  return (
    <>
      <PageHeader title={t('session.password.title')} />
      <Card className={styles.narrow}>
        <Form<Values> form={form} layout="vertical" requiredMark={false} onFinish={(values) => void submit(values)}>
          <Form.Item
            name="current"
            label={t('session.password.current')}
            rules={[{ required: true, message: t('common.required') }]}
          >
            <Input.Password autoComplete="current-password" maxLength={256} />
          </Form.Item>
          <NewPassword name="new" label={t('session.password.next')} repeat={t('session.password.repeat')} />
          <Button type="primary" htmlType="submit" loading={change.isPending}>
            {t('session.password.submit')}
          </Button>
        </Form>
      </Card>
    </>
  )
}
