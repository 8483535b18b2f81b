import { createFileRoute } from '@tanstack/react-router'
import { api } from '~/api/client.ts'
import { CustomersPage } from '~/features/customers/CustomersPage.tsx'
import { customersQuery, customersSearch } from '~/features/customers/search.ts'
import { askAhead } from '~/shared/lib/askAhead.ts'

export const Route = createFileRoute('/_app/customers/')({
  validateSearch: customersSearch,
  loaderDeps: ({ search }) => search,
  loader: ({ context: { queryClient }, deps }) => {
    const query = customersQuery(deps)
    askAhead(queryClient, '/api/v1/customers', { ...query, sort: deps.sort })
    void queryClient.prefetchQuery(api.queryOptions('get', '/api/v1/customers/count', { params: { query } }))
  },
  component: CustomersPage,
})
