import { createFileRoute, redirect } from '@tanstack/react-router'
import { servicesSearch } from '~/features/customers/search.ts'

/** The short address of the service history. */
export const Route = createFileRoute('/_app/services')({
  validateSearch: servicesSearch,
  beforeLoad: ({ search }) => {
    throw redirect({ to: '/customers/services', search, replace: true })
  },
})
