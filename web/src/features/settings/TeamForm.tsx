import { useQueryClient } from '@tanstack/react-query'
import { Form, Input } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { api } from '~/api/client.ts'
import { useDone, useRefused } from '~/shared/lib/useFeedback.ts'
import { useUnsaved } from '~/shared/lib/useUnsaved.ts'
import { BranchSelect } from '~/shared/ui/BranchSelect.tsx'
import { ConfirmButton } from '~/shared/ui/ConfirmButton.tsx'
import { FormFoot } from '~/shared/ui/FormDrawer.tsx'
import { StaffSelect } from '~/shared/ui/StaffSelect.tsx'
import styles from './Settings.module.css'
import type { Team } from './TeamsCard.tsx'

interface Values {
  name: string
  branch_id: string
  leader_id?: string
}

export function TeamForm({ team, close }: { team: Team | undefined; close: () => void }) {
  const { t } = useTranslation()
  const [form] = Form.useForm<Values>()
  const [version] = useState(team?.version)
  const branch = Form.useWatch('branch_id', form)
  const queries = useQueryClient()
  const unsaved = useUnsaved()
  const refused = useRefused()
  const done = useDone()
  const create = api.useMutation('post', '/api/v1/teams')
  const update = api.useMutation('put', '/api/v1/teams/{id}')
  const remove = api.useMutation('delete', '/api/v1/teams/{id}')

  async function finish(work: () => Promise<unknown>, words?: string) {
    try {
      await work()
      unsaved.clear()
      void queries.invalidateQueries({ queryKey: ['get', '/api/v1/teams'] })
      done(words)
      close()
    } catch (error) {
      refused(error, form)
    }
  }

  function submit(values: Values) {
    const body = { ...values, leader_id: values.leader_id ?? null }
    return finish(() =>
      team
        ? update.mutateAsync({ params: { path: { id: team.id } }, body: { ...body, version } })
        : create.mutateAsync({ body }),
    )
  }

  return (
    <Form<Values>
      form={form}
      layout="vertical"
      initialValues={{ name: team?.name, branch_id: team?.branch_id, leader_id: team?.leader_id ?? undefined }}
      onValuesChange={unsaved.touch}
      onFinish={(values) => void submit(values)}
    >
      <Form.Item
        name="name"
        label={t('settings.teams.name')}
        rules={[{ required: true, whitespace: true, message: t('common.required') }]}
      >
        <Input maxLength={60} />
      </Form.Item>
      <Form.Item
        name="branch_id"
        label={t('settings.teams.branch')}
        rules={[{ required: true, message: t('common.required') }]}
      >
        <BranchSelect allowClear={false} />
      </Form.Item>
      <Form.Item name="leader_id" label={t('settings.teams.leader')}>
        <StaffSelect branchId={branch} currentName={team?.leader_name} />
      </Form.Item>
      <FormFoot close={close} pending={create.isPending || update.isPending} />
      {team ? (
        <ConfirmButton
          className={styles.gap}
          danger
          title={t('settings.teams.removeTitle', { name: team.name })}
          body={t('settings.teams.removeBody')}
          verb={t('common.remove')}
          act={() =>
            finish(
              () => remove.mutateAsync({ params: { path: { id: team.id }, query: { version: team.version } } }),
              t('common.removed'),
            )
          }
        >
          {t('common.remove')}
        </ConfirmButton>
      ) : null}
    </Form>
  )
}
