import { getRouteApi } from '@tanstack/react-router'
import { Button, Form } from 'antd'
import { useTranslation } from 'react-i18next'
import { api } from '~/api/client.ts'
import { instant } from '~/shared/lib/dates.ts'
import { useRefused } from '~/shared/lib/useFeedback.ts'
import { Loaded } from '~/shared/ui/Loaded.tsx'
import { Front } from './Front.tsx'
import { NewPassword } from './NewPassword.tsx'
import { useEnter } from './useEnter.ts'

interface Values {
  password: string
}

const route = getRouteApi('/invite')

/** A colleague invited by an administrator (or whose password was reset) chooses a password. */
export function InvitePage() {
  const { t } = useTranslation()
  const token = route.useSearch().token ?? ''
  const [form] = Form.useForm<Values>()
  const enter = useEnter()
  const refused = useRefused()
  const invite = api.useQuery('get', '/api/v1/invites/{token}', { params: { path: { token } } }, { retry: false })
  const accept = api.useMutation('post', '/api/v1/invites/accept')

  async function submit({ password }: Values) {
    try {
      await enter(await accept.mutateAsync({ body: { token, password } }))
    } catch (error) {
      refused(error, form)
    }
  }

  return (
    <Front title={t('session.invite.title')}>
      <Loaded query={invite} skeleton={4}>
        {(data) => (
          <>
            <p>{t('session.invite.intro', { name: data.name, login: data.login, time: instant(data.expires_at) })}</p>
            <Form<Values> form={form} layout="vertical" requiredMark={false} onFinish={(values) => void submit(values)}>
              <NewPassword name="password" label={t('session.setup.password')} repeat={t('session.setup.repeat')} />
              <Button type="primary" htmlType="submit" block loading={accept.isPending}>
                {t('session.invite.submit')}
              </Button>
            </Form>
          </>
        )}
      </Loaded>
    </Front>
  )
}
