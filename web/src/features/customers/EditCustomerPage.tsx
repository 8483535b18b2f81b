import { getRouteApi, useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { api } from '~/api/client.ts'
import { Loaded } from '~/shared/ui/Loaded.tsx'
import { PageHeader } from '~/shared/ui/PageHeader.tsx'
import { CustomerForm } from './CustomerForm.tsx'
import { type CustomerView, valuesOf } from './customerForm.ts'

const route = getRouteApi('/_app/customers/$customerId/edit')

/** Change a customer (修改客户). */
export function EditCustomerPage() {
  const { t } = useTranslation()
  const { customerId } = route.useParams()
  const query = api.useQuery(
    'get',
    '/api/v1/customers/{id}',
    { params: { path: { id: customerId } } },
    { staleTime: 0, refetchOnWindowFocus: false },
  )
  // Not from the cache: a form must begin with what is stored now.
  const fresh = { ...query, data: query.isFetchedAfterMount ? query.data : undefined }
  return (
    <>
      {fresh.data ? null : <PageHeader title={t('common.edit')} />}
      <Loaded query={fresh} skeleton={12}>
        {(view) => <Edit key={view.row.id} view={view} />}
      </Loaded>
    </>
  )
}

/** The form stays on the record it was opened with, whatever is fetched meanwhile. */
function Edit({ view }: { view: CustomerView }) {
  const { t } = useTranslation()
  const navigate = useNavigate()
  const [opened] = useState(view)
  const [start] = useState(() => valuesOf(view))
  const back = () => void navigate({ to: '/customers/$customerId', params: { customerId: opened.row.id } })
  return (
    <>
      <PageHeader title={t('customers.editTitle', { name: opened.row.name })} sub={opened.row.number} />
      <CustomerForm view={opened} start={start} cancel={back} saved={back} />
    </>
  )
}
