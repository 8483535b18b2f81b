import { getRouteApi } from '@tanstack/react-router'
import { Alert, Button, Form, Input } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { api } from '~/api/client.ts'
import { problemWords } from '~/api/problem.ts'
import type { components } from '~/api/schema.gen.ts'
import { wordsOf } from '~/i18n/i18n.ts'
import styles from './Front.module.css'
import { Front } from './Front.tsx'
import { useEnter } from './useEnter.ts'

type LoginInput = components['schemas']['LoginInput']

const route = getRouteApi('/login')

export function LoginPage() {
  const { t } = useTranslation()
  const { next, expired } = route.useSearch()
  const enter = useEnter()
  const [refusal, setRefusal] = useState<string>()
  const options = api.useQuery('get', '/api/v1/login-options')
  const login = api.useMutation('post', '/api/v1/login')

  async function submit(body: LoginInput) {
    setRefusal(undefined)
    try {
      await enter(await login.mutateAsync({ body }), next)
    } catch (error) {
      setRefusal(problemWords(error))
    }
  }

  const demo = options.data?.demo_logins ?? []
  return (
    <Front title={t('session.login.title')} intro={options.data?.company}>
      {refusal ? <Alert className={styles.alert} type="error" title={refusal} showIcon role="alert" /> : null}
      {expired && !refusal ? (
        <Alert className={styles.alert} type="info" title={t('session.login.expired')} showIcon />
      ) : null}
      {options.data?.setup_needed ? (
        <Alert className={styles.alert} type="warning" title={t('session.setup.noToken')} showIcon />
      ) : null}
      <Form<LoginInput> layout="vertical" requiredMark={false} onFinish={(values) => void submit(values)}>
        <Form.Item
          name="login"
          label={t('session.login.login')}
          rules={[{ required: true, whitespace: true, message: t('common.required') }]}
        >
          <Input autoComplete="username" autoFocus autoCapitalize="none" spellCheck={false} maxLength={64} />
        </Form.Item>
        <Form.Item
          name="password"
          label={t('session.login.password')}
          rules={[{ required: true, message: t('common.required') }]}
        >
          <Input.Password autoComplete="current-password" maxLength={256} />
        </Form.Item>
        <Button type="primary" htmlType="submit" block loading={login.isPending}>
          {t('session.login.submit')}
        </Button>
      </Form>
      {demo.length > 0 ? (
        <section className={styles.demo}>
          <h2>{t('session.login.demo')}</h2>
          <p className={styles.intro}>{t('session.login.demoHint')}</p>
          <div className={styles.roles}>
            {demo.map((each) => (
              <Button
                key={each.login}
                className={styles.role}
                disabled={login.isPending}
                onClick={() => void submit({ login: each.login, password: each.password })}
              >
                <span className={styles.who}>
                  {wordsOf(`shell.role.${each.role}`) ?? each.role}
                  <span className="lk-small lk-muted">{each.name}</span>
                </span>
              </Button>
            ))}
          </div>
        </section>
      ) : null}
    </Front>
  )
}
