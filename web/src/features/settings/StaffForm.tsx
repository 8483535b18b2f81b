import { useQueryClient } from '@tanstack/react-query'
import { Form, Input, Select } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { api } from '~/api/client.ts'
import { loginRule } from '~/shared/lib/loginName.ts'
import { useDone, useRefused } from '~/shared/lib/useFeedback.ts'
import { useUnsaved } from '~/shared/lib/useUnsaved.ts'
import { BranchSelect } from '~/shared/ui/BranchSelect.tsx'
import { FormFoot } from '~/shared/ui/FormDrawer.tsx'
import type { StaffRow } from './StaffTable.tsx'
import type { Invited } from './UsersPage.tsx'
import { roleName } from './words.ts'

interface Values {
  login: string
  name: string
  phone?: string
  employee_no?: string
  branch_id: string
  team_id?: string
  role_ids: string[]
}

export interface StaffFormProps {
  row?: StaffRow
  close: () => void
  onInvited: (invited: Invited) => void
}

export function StaffForm({ row, close, onInvited }: StaffFormProps) {
  const { t } = useTranslation()
  const [form] = Form.useForm<Values>()
  const [version] = useState(row?.version)
  const branch = Form.useWatch('branch_id', form)
  const queries = useQueryClient()
  const unsaved = useUnsaved()
  const refused = useRefused()
  const done = useDone()
  const roles = api.useQuery('get', '/api/v1/roles', {}, { staleTime: 60_000 })
  const teams = api.useQuery('get', '/api/v1/teams', {}, { staleTime: 60_000 })
  const create = api.useMutation('post', '/api/v1/staff')
  const update = api.useMutation('put', '/api/v1/staff/{id}')

  async function submit(values: Values) {
    const body = {
      ...values,
      phone: values.phone?.trim() || null,
      employee_no: values.employee_no?.trim() || null,
      team_id: values.team_id ?? null,
    }
    try {
      if (row) {
        await update.mutateAsync({ params: { path: { id: row.id } }, body: { ...body, version } })
        done()
      } else {
        onInvited(await create.mutateAsync({ body }))
      }
      unsaved.clear()
      void queries.invalidateQueries({ queryKey: ['get', '/api/v1/staff'] })
      if (row) void queries.invalidateQueries({ queryKey: ['get', '/api/v1/staff/{id}'] })
      close()
    } catch (error) {
      refused(error, form)
    }
  }

  const required = { required: true, message: t('common.required') }
  const blank = { ...required, whitespace: true }
  return (
    <Form<Values>
      form={form}
      layout="vertical"
      initialValues={{
        login: row?.login,
        name: row?.name,
        phone: row?.phone ?? undefined,
        employee_no: row?.employee_no ?? undefined,
        branch_id: row?.branch_id,
        team_id: row?.team_id ?? undefined,
        role_ids: row?.roles.map((role) => role.id) ?? [],
      }}
      onValuesChange={(changed: Partial<Values>) => {
        unsaved.touch()
        if ('branch_id' in changed) form.setFieldValue('team_id', undefined)
      }}
      onFinish={(values) => void submit(values)}
    >
      <Form.Item name="name" label={t('settings.users.person')} rules={[blank]}>
        <Input maxLength={60} autoComplete="off" />
      </Form.Item>
      <Form.Item
        name="login"
        label={t('settings.users.login')}
        extra={t('settings.users.loginHint')}
        rules={[blank, loginRule(t)]}
      >
        <Input maxLength={64} autoComplete="off" autoCapitalize="none" spellCheck={false} />
      </Form.Item>
      <Form.Item name="branch_id" label={t('settings.users.branch')} rules={[required]}>
        <BranchSelect allowClear={false} />
      </Form.Item>
      <Form.Item name="team_id" label={t('settings.users.team')}>
        <Select
          allowClear
          options={(teams.data ?? [])
            .filter((team) => team.branch_id === branch)
            .map((team) => ({ value: team.id, label: team.name }))}
        />
      </Form.Item>
      <Form.Item name="role_ids" label={t('settings.users.roles')} rules={[{ ...required, type: 'array', min: 1 }]}>
        <Select
          mode="multiple"
          options={(roles.data ?? []).map((role) => ({ value: role.id, label: roleName(role) }))}
          showSearch={{ optionFilterProp: 'label' }}
        />
      </Form.Item>
      <Form.Item name="phone" label={t('settings.users.phone')}>
        <Input maxLength={40} inputMode="tel" autoComplete="off" />
      </Form.Item>
      <Form.Item name="employee_no" label={t('settings.users.employeeNo')}>
        <Input maxLength={40} autoComplete="off" />
      </Form.Item>
      <FormFoot close={close} pending={create.isPending || update.isPending} />
    </Form>
  )
}
