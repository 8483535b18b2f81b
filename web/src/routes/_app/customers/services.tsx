import { createFileRoute } from '@tanstack/react-router'
import { ServicesPage } from '~/features/customers/ServicesPage.tsx'
import { servicesSearch } from '~/features/customers/search.ts'

export const Route = createFileRoute('/_app/customers/services')({
  validateSearch: servicesSearch,
  component: ServicesPage,
})
