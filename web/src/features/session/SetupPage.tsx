import { getRouteApi } from '@tanstack/react-router'
import { Alert, Button, Form, Input } from 'antd'
import { useTranslation } from 'react-i18next'
import { api } from '~/api/client.ts'
import { loginRule } from '~/shared/lib/loginName.ts'
import { useRefused } from '~/shared/lib/useFeedback.ts'
import { Front } from './Front.tsx'
import { NewPassword } from './NewPassword.tsx'
import { useEnter } from './useEnter.ts'

interface Values {
  company: string
  branch_name: string
  name: string
  login: string
  password: string
}

const route = getRouteApi('/setup')

/** The first administrator, by the link that the server printed at its first start. */
export function SetupPage() {
  const { t } = useTranslation()
  const { token } = route.useSearch()
  const [form] = Form.useForm<Values>()
  const enter = useEnter()
  const refused = useRefused()
  const setup = api.useMutation('post', '/api/v1/setup')
  const required = { required: true, whitespace: true, message: t('common.required') }

  async function submit({ company, branch_name, name, login, password }: Values) {
    try {
      const body = { token: token ?? '', company, branch_name, name, login, password }
      await enter(await setup.mutateAsync({ body }))
    } catch (error) {
      refused(error, form)
    }
  }

  if (!token) {
    return (
      <Front title={t('session.setup.title')}>
        <Alert type="warning" title={t('session.setup.noToken')} showIcon />
      </Front>
    )
  }
  return (
    <Front title={t('session.setup.title')} intro={t('session.setup.intro')}>
      <Form<Values> form={form} layout="vertical" requiredMark={false} onFinish={(values) => void submit(values)}>
        <Form.Item name="company" label={t('session.setup.firm')} rules={[required]}>
          <Input autoComplete="organization" autoFocus maxLength={100} />
        </Form.Item>
        <Form.Item name="branch_name" label={t('session.setup.branch')} rules={[required]}>
          <Input maxLength={60} />
        </Form.Item>
        <Form.Item name="name" label={t('session.setup.name')} rules={[required]}>
          <Input autoComplete="name" maxLength={60} />
        </Form.Item>
        <Form.Item name="login" label={t('session.setup.login')} rules={[required, loginRule(t)]}>
          <Input autoComplete="username" autoCapitalize="none" spellCheck={false} maxLength={64} />
        </Form.Item>
        <NewPassword name="password" label={t('session.setup.password')} repeat={t('session.setup.repeat')} />
        <Button type="primary" htmlType="submit" block loading={setup.isPending}>
          {t('session.setup.submit')}
        </Button>
      </Form>
    </Front>
  )
}
