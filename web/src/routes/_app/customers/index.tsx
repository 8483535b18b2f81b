import { createFileRoute } from '@tanstack/react-router'
import { CustomersPage } from '~/features/customers/CustomersPage.tsx'
import { customersSearch } from '~/features/customers/search.ts'

export const Route = createFileRoute('/_app/customers/')({ validateSearch: customersSearch, component: CustomersPage })
