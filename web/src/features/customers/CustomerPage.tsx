import { getRouteApi } from '@tanstack/react-router'
import { Skeleton } from 'antd'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { api } from '~/api/client.ts'
import { useCan } from '~/api/session.ts'
import { useShortcuts } from '~/shared/lib/shortcuts.ts'
import { useIsMobile } from '~/shared/lib/useMedia.ts'
import { Card } from '~/shared/ui/Card.tsx'
import { ErrorBox } from '~/shared/ui/ErrorBox.tsx'
import { Loaded } from '~/shared/ui/Loaded.tsx'
import { PageHeader } from '~/shared/ui/PageHeader.tsx'
import { AssetsCard } from './AssetsCard.tsx'
import { ConsentsCard } from './ConsentsCard.tsx'
import { ContactsCard } from './ContactsCard.tsx'
import { CustomerAlerts } from './CustomerAlerts.tsx'
import { CustomerDrawers } from './CustomerDrawers.tsx'
import { CustomerHead } from './CustomerHead.tsx'
import styles from './CustomerPage.module.css'
import { CustomerTop } from './CustomerTop.tsx'
import type { CustomerView } from './customerForm.ts'
import { HistoryCard } from './HistoryCard.tsx'
import { RecordCard } from './RecordCard.tsx'

const route = getRouteApi('/_app/customers/$customerId/')

export interface CustomerPageProps {
  /** Follow-ups and feedback slips of the customer, which another feature brings. */
  followup: (customerId: string) => ReactNode
}

/** Everything about one customer on one page (客户档案). */
export function CustomerPage({ followup }: CustomerPageProps) {
  const { t } = useTranslation()
  const { customerId } = route.useParams()
  const query = api.useQuery('get', '/api/v1/customers/{id}', { params: { path: { id: customerId } } })
  if (query.error && !query.data) {
    return (
      <>
        <PageHeader title={t('customers.title')} />
        <ErrorBox error={query.error} retry={() => void query.refetch()} />
      </>
    )
  }
  return (
    <Loaded
      query={query}
      skeleton={
        <div className="lk-stack" role="none">
          <Card>
            <Skeleton active avatar={{ shape: 'square', size: 48 }} paragraph={{ rows: 2 }} />
          </Card>
          <div className={styles.columns}>
            {['left', 'middle', 'right'].map((key) => (
              <Card key={key} title={t('common.loading')}>
                <Skeleton active title={false} paragraph={{ rows: 6 }} />
              </Card>
            ))}
          </div>
        </div>
      }
    >
      {(view) => <Page key={customerId} view={view} followup={followup} />}
    </Loaded>
  )
}

function Page({ view, followup }: { view: CustomerView } & CustomerPageProps) {
  const can = useCan()
  const mobile = useIsMobile()
  const search = route.useSearch()
  const navigate = route.useNavigate()
  const id = view.row.id
  const writes = can('customer.write')
  useShortcuts(
    writes ? { e: () => void navigate({ to: '/customers/$customerId/edit', params: { customerId: id } }) } : {},
  )

  const panel = can('followup.read') ? followup(id) : null
  const contacts = <ContactsCard view={view} />
  const assets = <AssetsCard view={view} writes={writes} />
  const consents = <ConsentsCard view={view} />
  const record = <RecordCard view={view} />
  const history = (
    <HistoryCard
      customerId={id}
      kind={search.kind}
      writes={writes}
      choose={(kind) => void navigate({ search: (old) => ({ ...old, kind }), replace: true })}
    />
  )

  return (
    <>
      <CustomerTop view={view} />
      <div className="lk-stack">
        <CustomerHead view={view} />
        <CustomerAlerts view={view} />
        {mobile ? (
          <div className="lk-stack">
            {contacts}
            {panel}
            {assets}
            {history}
            {record}
            {consents}
          </div>
        ) : (
          <div className={styles.columns}>
            <div className={styles.column}>
              {contacts}
              {assets}
              {consents}
            </div>
            <div className={`${styles.column} ${styles.middle}`}>{history}</div>
            <div className={`${styles.column} ${styles.right}`}>
              {panel}
              {record}
            </div>
          </div>
        )}
      </div>
      <CustomerDrawers
        view={view}
        open={search.open}
        id={search.id}
        close={() => void navigate({ search: (old) => ({ ...old, open: undefined, id: undefined }) })}
      />
    </>
  )
}
