import { useQueryClient } from '@tanstack/react-query'
import { Form, Input, InputNumber } from 'antd'
import { useTranslation } from 'react-i18next'
import { api } from '~/api/client.ts'
import { useSession } from '~/api/session.ts'
import { useRefused } from '~/shared/lib/useFeedback.ts'
import { useUnsaved } from '~/shared/lib/useUnsaved.ts'
import { FormFoot } from '~/shared/ui/FormDrawer.tsx'
import { PermissionChecks } from './PermissionChecks.tsx'
import styles from './Settings.module.css'

interface Values {
  name: string
  scopes: string[]
  expires_in_days: number
}

const MAX_DAYS = 365

export function TokenForm({ close, onMade }: { close: () => void; onMade: (secret: string) => void }) {
  const { t } = useTranslation()
  const { permissions } = useSession()
  const [form] = Form.useForm<Values>()
  const queries = useQueryClient()
  const unsaved = useUnsaved()
  const refused = useRefused()
  const create = api.useMutation('post', '/api/v1/tokens')

  async function submit(body: Values) {
    try {
      const made = await create.mutateAsync({ body })
      unsaved.clear()
      void queries.invalidateQueries({ queryKey: ['get', '/api/v1/tokens'] })
      close()
      onMade(made.token)
    } catch (error) {
      refused(error, form)
    }
  }

  return (
    <Form<Values>
      form={form}
      layout="vertical"
      initialValues={{ scopes: [], expires_in_days: 90 }}
      onValuesChange={unsaved.touch}
      onFinish={(values) => void submit(values)}
    >
      <Form.Item
        name="name"
        label={t('settings.tokens.name')}
        rules={[{ required: true, whitespace: true, message: t('common.required') }]}
      >
        <Input maxLength={60} autoComplete="off" />
      </Form.Item>
      <Form.Item
        name="expires_in_days"
        label={t('settings.tokens.days')}
        extra={t('settings.tokens.daysRange', { max: MAX_DAYS })}
        rules={[{ required: true, message: t('common.required') }]}
      >
        <InputNumber className={styles.number} min={1} max={MAX_DAYS} precision={0} />
      </Form.Item>
      <Form.Item
        name="scopes"
        label={t('settings.tokens.rights')}
        rules={[{ required: true, type: 'array', min: 1, message: t('common.required') }]}
      >
        <PermissionChecks among={permissions} />
      </Form.Item>
      <FormFoot close={close} pending={create.isPending} submit={t('settings.tokens.create')} />
    </Form>
  )
}
