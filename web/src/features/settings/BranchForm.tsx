import { useQueryClient } from '@tanstack/react-query'
import { Form, Input, Radio, Switch } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { api } from '~/api/client.ts'
import { useSession } from '~/api/session.ts'
import { useDone, useRefused } from '~/shared/lib/useFeedback.ts'
import { useUnsaved } from '~/shared/lib/useUnsaved.ts'
import { BranchSelect } from '~/shared/ui/BranchSelect.tsx'
import { FormFoot } from '~/shared/ui/FormDrawer.tsx'
import type { Branch } from './BranchesPage.tsx'
import { ZoneSelect } from './ZoneSelect.tsx'

interface Values {
  parent_id?: string
  code: string
  name: string
  kind: Branch['kind']
  zone: string
  active: boolean
}

const KINDS = ['company', 'region', 'branch'] as const

export function BranchForm({ branch, close }: { branch: Branch | undefined; close: () => void }) {
  const { t } = useTranslation()
  const { zone } = useSession()
  const [form] = Form.useForm<Values>()
  const [version] = useState(branch?.version)
  const kind = Form.useWatch('kind', form)
  const queries = useQueryClient()
  const unsaved = useUnsaved()
  const refused = useRefused()
  const done = useDone()
  const create = api.useMutation('post', '/api/v1/branches')
  const update = api.useMutation('put', '/api/v1/branches/{id}')

  async function submit(values: Values) {
    const body = { ...values, parent_id: values.parent_id ?? null }
    try {
      if (branch) await update.mutateAsync({ params: { path: { id: branch.id } }, body: { ...body, version } })
      else await create.mutateAsync({ body })
      unsaved.clear()
      void queries.invalidateQueries({ queryKey: ['get', '/api/v1/branches'] })
      done()
      close()
    } catch (error) {
      refused(error, form)
    }
  }

  const required = { required: true, whitespace: true, message: t('common.required') }
  return (
    <Form<Values>
      form={form}
      layout="vertical"
      initialValues={{
        parent_id: branch?.parent_id ?? undefined,
        code: branch?.code,
        name: branch?.name,
        kind: branch?.kind ?? 'branch',
        zone: branch?.zone ?? zone,
        active: branch?.active ?? true,
      }}
      onValuesChange={unsaved.touch}
      onFinish={(values) => void submit(values)}
    >
      <Form.Item name="name" label={t('settings.branches.name')} rules={[required]}>
        <Input maxLength={60} />
      </Form.Item>
      <Form.Item
        name="code"
        label={t('settings.branches.code')}
        extra={t('settings.branches.codeHint')}
        rules={[required]}
      >
        <Input maxLength={20} autoCapitalize="characters" spellCheck={false} />
      </Form.Item>
      <Form.Item name="kind" label={t('settings.branches.kind')}>
        <Radio.Group options={KINDS.map((value) => ({ value, label: t(`settings.branches.kinds.${value}`) }))} />
      </Form.Item>
      <Form.Item
        name="parent_id"
        label={t('settings.branches.parent')}
        rules={[{ required: kind !== 'company', message: t('common.required') }]}
      >
        <BranchSelect without={branch?.id} />
      </Form.Item>
      <Form.Item name="zone" label={t('settings.branches.zone')} rules={[required]}>
        <ZoneSelect />
      </Form.Item>
      <Form.Item name="active" label={t('settings.branches.active')} valuePropName="checked">
        <Switch />
      </Form.Item>
      <FormFoot close={close} pending={create.isPending || update.isPending} />
    </Form>
  )
}
