import { useQueryClient } from '@tanstack/react-query'
import { Alert, Button, Form, Input, Radio } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { api } from '~/api/client.ts'
import { useDone, useRefused } from '~/shared/lib/useFeedback.ts'
import { useUnsaved } from '~/shared/lib/useUnsaved.ts'
import { ConfirmButton } from '~/shared/ui/ConfirmButton.tsx'
import { FormFoot } from '~/shared/ui/FormDrawer.tsx'
import { PermissionChecks } from './PermissionChecks.tsx'
import type { Role } from './RolesPage.tsx'
import styles from './Settings.module.css'

interface Values {
  code: string
  name: string
  scope: Role['scope']
  permissions: string[]
}

export interface RoleFormProps {
  /** The role to be edited, or the one to begin from. */
  source: Role | undefined
  /** Makes a new role. */
  copying: boolean
  manages: boolean
  close: () => void
  copy: (id: string) => void
}

const SCOPES = ['own', 'team', 'branch', 'all'] as const

export function RoleForm({ source, copying, manages, close, copy }: RoleFormProps) {
  const { t } = useTranslation()
  const [form] = Form.useForm<Values>()
  const [version] = useState(source?.version)
  const queries = useQueryClient()
  const unsaved = useUnsaved()
  const refused = useRefused()
  const done = useDone()
  const create = api.useMutation('post', '/api/v1/roles')
  const update = api.useMutation('put', '/api/v1/roles/{id}')
  const remove = api.useMutation('delete', '/api/v1/roles/{id}')
  const existing = copying ? undefined : source
  const fixed = existing?.code === 'administrator'
  const locked = !manages || fixed

  async function finish(work: () => Promise<unknown>, words?: string) {
    try {
      await work()
      unsaved.clear()
      void queries.invalidateQueries({ queryKey: ['get', '/api/v1/roles'] })
      done(words)
      close()
    } catch (error) {
      refused(error, form)
    }
  }

  function submit(body: Values) {
    return finish(() =>
      existing
        ? update.mutateAsync({ params: { path: { id: existing.id } }, body: { ...body, version } })
        : create.mutateAsync({ body }),
    )
  }

  const required = { required: true, whitespace: true, message: t('common.required') }
  return (
    <Form<Values>
      form={form}
      layout="vertical"
      disabled={locked}
      initialValues={{
        code: existing?.code,
        name: existing?.name,
        scope: source?.scope ?? 'own',
        permissions: source?.permissions ?? [],
      }}
      onValuesChange={unsaved.touch}
      onFinish={(values) => void submit(values)}
    >
      {fixed ? <Alert className={styles.note} type="info" title={t('settings.roles.fixedHint')} showIcon /> : null}
      <Form.Item name="name" label={t('settings.roles.name')} rules={[required]}>
        <Input maxLength={60} />
      </Form.Item>
      <Form.Item
        name="code"
        label={t('settings.roles.code')}
        rules={[required, { pattern: /^[a-z][a-z0-9_]*$/, message: t('settings.roles.codePattern') }]}
      >
        <Input maxLength={40} autoCapitalize="none" spellCheck={false} disabled={locked || existing !== undefined} />
      </Form.Item>
      <Form.Item name="scope" label={t('settings.roles.scope')} extra={t('settings.roles.scopeHint')}>
        <Radio.Group options={SCOPES.map((scope) => ({ value: scope, label: t(`settings.roles.scopes.${scope}`) }))} />
      </Form.Item>
      <Form.Item name="permissions" label={t('settings.roles.permissions')}>
        <PermissionChecks disabled={locked} />
      </Form.Item>
      {locked ? null : <FormFoot close={close} pending={create.isPending || update.isPending} />}
      <div className={`lk-row ${styles.gap}`}>
        {manages && existing ? (
          <Button disabled={false} onClick={() => copy(existing.id)}>
            {t('settings.roles.copy')}
          </Button>
        ) : null}
        {!locked && existing && !existing.builtin ? (
          <ConfirmButton
            danger
            title={t('settings.roles.removeTitle', { name: existing.name })}
            body={t('settings.roles.removeBody')}
            verb={t('common.remove')}
            act={() =>
              finish(
                () =>
                  remove.mutateAsync({
                    params: { path: { id: existing.id }, query: { version: existing.version } },
                  }),
                t('common.removed'),
              )
            }
          >
            {t('common.remove')}
          </ConfirmButton>
        ) : null}
      </div>
    </Form>
  )
}
