import { createFileRoute } from '@tanstack/react-router'
import { CustomerPage } from '~/features/customers/CustomerPage.tsx'
import { customerSearch } from '~/features/customers/search.ts'
import { CustomerFollowupPanel } from '~/features/followup/customer-panel.tsx'

function Page() {
  return <CustomerPage followup={(id) => <CustomerFollowupPanel customerId={id} />} />
}

export const Route = createFileRoute('/_app/customers/$customerId/')({
  validateSearch: customerSearch,
  component: Page,
})
