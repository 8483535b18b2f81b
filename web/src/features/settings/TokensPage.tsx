import { PlusOutlined } from '@ant-design/icons'
import { useQueryClient } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { Button } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { api } from '~/api/client.ts'
import type { components } from '~/api/schema.gen.ts'
import { instant } from '~/shared/lib/dates.ts'
import { serverNow } from '~/shared/lib/sla.ts'
import { useRefused } from '~/shared/lib/useFeedback.ts'
import { Card } from '~/shared/ui/Card.tsx'
import { ConfirmButton } from '~/shared/ui/ConfirmButton.tsx'
import { DataTable, type TableColumn } from '~/shared/ui/DataTable.tsx'
import { EmptyBox } from '~/shared/ui/EmptyBox.tsx'
import { FormDrawer } from '~/shared/ui/FormDrawer.tsx'
import { Loaded } from '~/shared/ui/Loaded.tsx'
import { OneTimeSecret } from '~/shared/ui/OneTimeSecret.tsx'
import { PageHeader } from '~/shared/ui/PageHeader.tsx'
import { Badge } from './Badge.tsx'
import styles from './Settings.module.css'
import { TokenForm } from './TokenForm.tsx'
import { permissionName } from './words.ts'

type Token = components['schemas']['TokenView']

const route = getRouteApi('/_app/settings/tokens')

/** Tokens by which other systems use the API (API 令牌). */
export function TokensPage() {
  const { t } = useTranslation()
  const { edit } = route.useSearch()
  const navigate = route.useNavigate()
  const queries = useQueryClient()
  const refused = useRefused()
  const [secret, setSecret] = useState<string>()
  const tokens = api.useQuery('get', '/api/v1/tokens')
  const revoke = api.useMutation('post', '/api/v1/tokens/{id}/revoke')
  const close = () => void navigate({ search: {} })

  async function revokeToken(id: string) {
    try {
      await revoke.mutateAsync({ params: { path: { id } } })
      await queries.invalidateQueries({ queryKey: ['get', '/api/v1/tokens'] })
    } catch (error) {
      refused(error)
    }
  }

  const status = (token: Token) => {
    if (token.revoked_at) return <Badge tone="bad" words={t('settings.tokens.status.revoked')} />
    if (token.expires_at <= serverNow()) return <Badge tone="off" words={t('settings.tokens.status.expired')} />
    return <Badge tone="good" words={t('settings.tokens.status.active')} />
  }
  const usable = (token: Token) => !token.revoked_at && token.expires_at > serverNow()
  const action = (token: Token) =>
    usable(token) ? (
      <ConfirmButton
        size="small"
        danger
        title={t('settings.tokens.revokeTitle', { name: token.name })}
        body={t('settings.tokens.revokeBody')}
        verb={t('settings.tokens.revoke')}
        act={() => revokeToken(token.id)}
      >
        {t('settings.tokens.revoke')}
      </ConfirmButton>
    ) : null
  const used = (token: Token) => (token.last_used_at ? instant(token.last_used_at) : t('settings.tokens.neverUsed'))

  const columns: TableColumn<Token>[] = [
    { title: t('common.status'), width: 110, render: (_, token) => status(token) },
    { title: t('settings.tokens.name'), dataIndex: 'name' },
    { title: t('settings.tokens.prefix'), render: (_, token) => <span className={styles.code}>{token.prefix}…</span> },
    { title: t('settings.tokens.owner'), dataIndex: 'staff_name' },
    {
      title: t('settings.tokens.rights'),
      render: (_, token) => (
        <span title={token.scopes.map(permissionName).join('\n')}>
          {t('settings.tokens.scopes', { count: token.scopes.length })}
        </span>
      ),
    },
    { title: t('settings.tokens.expires'), className: 'lk-num', render: (_, token) => instant(token.expires_at) },
    { title: t('settings.tokens.lastUsed'), className: 'lk-num', render: (_, token) => used(token) },
    { title: <span className="lk-sr">{t('common.actions')}</span>, width: 90, render: (_, token) => action(token) },
  ]

  const create = (
    <Button type="primary" icon={<PlusOutlined />} onClick={() => void navigate({ search: { edit: 'new' } })}>
      {t('settings.tokens.create')}
    </Button>
  )
  return (
    <>
      <PageHeader title={t('settings.section.tokens')} sub={t('settings.tokens.sub')} extra={create} />
      <Card flush>
        <Loaded query={tokens}>
          {(data) => (
            <DataTable<Token>
              label={t('settings.section.tokens')}
              rows={data}
              rowKey={(token) => token.id}
              columns={columns}
              minWidth={960}
              empty={<EmptyBox words={t('settings.tokens.empty')} />}
              card={(token) => (
                <div className={styles.card}>
                  <div className={styles.cardHead}>
                    <span className="lk-strong">{token.name}</span>
                    {status(token)}
                  </div>
                  <div className="lk-muted lk-small">
                    {token.staff_name} · {t('settings.tokens.scopes', { count: token.scopes.length })} ·{' '}
                    {t('settings.tokens.expires')} {instant(token.expires_at)}
                  </div>
                  <div className={styles.cardHead}>
                    <span className="lk-muted lk-small">
                      {t('settings.tokens.lastUsed')} {used(token)}
                    </span>
                    {action(token)}
                  </div>
                </div>
              )}
            />
          )}
        </Loaded>
      </Card>
      <FormDrawer open={edit === 'new'} close={close} title={t('settings.tokens.create')}>
        <TokenForm close={close} onMade={setSecret} />
      </FormDrawer>
      <OneTimeSecret
        title={t('settings.tokens.madeTitle')}
        words={t('settings.tokens.madeWords')}
        secret={secret}
        close={() => setSecret(undefined)}
      />
    </>
  )
}
