import { DeleteOutlined, EditOutlined, LeftOutlined, PlusOutlined } from '@ant-design/icons'
import { useQueryClient } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import { App, Button, Dropdown } from 'antd'
import { useTranslation } from 'react-i18next'
import { api } from '~/api/client.ts'
import { useCan } from '~/api/session.ts'
import { useDone, useRefused } from '~/shared/lib/useFeedback.ts'
import { ConfirmButton } from '~/shared/ui/ConfirmButton.tsx'
import styles from './CustomerTop.module.css'
import type { CustomerView } from './customerForm.ts'
import { customerSearch, DRAWERS } from './search.ts'

/** Seconds in which a deletion can be taken back from the notice. */
const UNDO_SECONDS = 15

/** The way back, and what can be done with this customer. */
export function CustomerTop({ view }: { view: CustomerView }) {
  const { t } = useTranslation()
  const can = useCan()
  const navigate = useNavigate()
  const { row } = view
  const params = { customerId: row.id }
  return (
    <div className={styles.top}>
      <Link to="/customers" className={styles.back}>
        <LeftOutlined aria-hidden="true" /> {t('customers.title')}
      </Link>
      <div className={styles.acts}>
        {can('customer.write') ? (
          <>
            <Dropdown
              trigger={['click']}
              menu={{
                items: DRAWERS.map((open) => ({ key: open, label: t(`customers.add.${open}`) })),
                onClick: ({ key }) => {
                  const open = DRAWERS.find((each) => each === key)
                  void navigate({
                    to: '/customers/$customerId',
                    params,
                    search: (old) => ({ ...customerSearch(old), open }),
                  })
                },
              }}
            >
              <Button icon={<PlusOutlined />}>{t('customers.add.title')}</Button>
            </Dropdown>
            <Button
              icon={<EditOutlined />}
              title={t('customers.editHint')}
              onClick={() => void navigate({ to: '/customers/$customerId/edit', params })}
            >
              {t('common.edit')}
            </Button>
          </>
        ) : null}
        {can('customer.delete') ? <DeleteCustomer view={view} /> : null}
      </div>
    </div>
  )
}

/** Deletes and offers for a while to take it back. */
function DeleteCustomer({ view }: { view: CustomerView }) {
  const { t } = useTranslation()
  const { notification } = App.useApp()
  const navigate = useNavigate()
  const queries = useQueryClient()
  const refused = useRefused()
  const done = useDone()
  const remove = api.useMutation('delete', '/api/v1/customers/{id}')
  const restore = api.useMutation('post', '/api/v1/customers/{id}/restore')
  const { id, name, version } = view.row

  function listsChanged() {
    void queries.invalidateQueries({ queryKey: ['get', '/api/v1/customers'] })
    void queries.invalidateQueries({ queryKey: ['get', '/api/v1/customers/count'] })
  }

  async function undo() {
    try {
      await restore.mutateAsync({ params: { path: { id } } })
      notification.destroy(id)
      listsChanged()
      done(t('customers.remove.restored', { name }))
      await navigate({ to: '/customers/$customerId', params: { customerId: id } })
    } catch (error) {
      refused(error)
    }
  }

  async function act() {
    try {
      await remove.mutateAsync({ params: { path: { id }, query: { version } } })
    } catch (error) {
      refused(error)
      return
    }
    await navigate({ to: '/customers' })
    queries.removeQueries({ queryKey: ['get', '/api/v1/customers/{id}', { params: { path: { id } } }] })
    listsChanged()
    notification.success({
      key: id,
      title: t('customers.remove.done', { name }),
      duration: UNDO_SECONDS,
      actions: <Button onClick={() => void undo()}>{t('customers.remove.undo')}</Button>,
    })
  }

  return (
    <ConfirmButton
      danger
      icon={<DeleteOutlined />}
      aria-label={t('customers.remove.button', { name })}
      title={t('customers.remove.title', { name })}
      body={t('customers.remove.body')}
      verb={t('common.remove')}
      act={act}
    />
  )
}
