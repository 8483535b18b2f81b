import { EllipsisOutlined } from '@ant-design/icons'
import { useQueryClient } from '@tanstack/react-query'
import { App, Button, Dropdown } from 'antd'
import { useTranslation } from 'react-i18next'
import { api } from '~/api/client.ts'
import { useDone, useRefused } from '~/shared/lib/useFeedback.ts'
import type { StaffRow } from './StaffTable.tsx'
import type { Invited } from './UsersPage.tsx'

/** What can be done with a colleague besides editing: a new log-in link, switching off and on. */
export function StaffActions({ row, onInvited }: { row: StaffRow; onInvited: (invited: Invited) => void }) {
  const { t } = useTranslation()
  const { modal } = App.useApp()
  const queries = useQueryClient()
  const refused = useRefused()
  const done = useDone()
  const reset = api.useMutation('post', '/api/v1/staff/{id}/reset-password')
  const deactivate = api.useMutation('post', '/api/v1/staff/{id}/deactivate')
  const activate = api.useMutation('post', '/api/v1/staff/{id}/activate')
  const params = { path: { id: row.id } }
  const refresh = () => queries.invalidateQueries({ queryKey: ['get', '/api/v1/staff'] })

  async function act(work: () => Promise<unknown>) {
    try {
      await work()
      await refresh()
      return true
    } catch (error) {
      refused(error)
      return false
    }
  }

  function ask(title: string, content: string, verb: string, work: () => Promise<unknown>) {
    void modal.confirm({
      title,
      content,
      okText: verb,
      okButtonProps: { danger: true },
      cancelText: t('common.cancel'),
      autoFocusButton: 'cancel',
      onOk: async () => {
        await act(work)
      },
    })
  }

  const items = row.active
    ? [
        {
          key: 'reset',
          label: t('settings.users.reset'),
          onClick: () =>
            ask(
              t('settings.users.resetTitle', { name: row.name }),
              t('settings.users.resetBody'),
              t('settings.users.reset'),
              async () => onInvited(await reset.mutateAsync({ params })),
            ),
        },
        {
          key: 'deactivate',
          danger: true,
          label: t('settings.users.deactivate'),
          onClick: () =>
            ask(
              t('settings.users.deactivateTitle', { name: row.name }),
              t('settings.users.deactivateBody'),
              t('settings.users.deactivate'),
              () => deactivate.mutateAsync({ params, body: { version: row.version } }),
            ),
        },
      ]
    : [
        {
          key: 'activate',
          label: t('settings.users.activate'),
          onClick: async () => {
            if (await act(() => activate.mutateAsync({ params, body: { version: row.version } }))) done()
          },
        },
      ]

  return (
    <Dropdown menu={{ items }} trigger={['click']} placement="bottomRight">
      <Button type="text" icon={<EllipsisOutlined />} aria-label={t('settings.users.more', { name: row.name })} />
    </Dropdown>
  )
}
