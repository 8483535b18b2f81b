import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useSession } from '~/api/session.ts'
import { PageHeader } from '~/shared/ui/PageHeader.tsx'
import { CustomerForm } from './CustomerForm.tsx'
import { blankValues } from './customerForm.ts'

/** Enter a customer (新建客户). */
export function NewCustomerPage() {
  const { t } = useTranslation()
  const navigate = useNavigate()
  const { staff, scope } = useSession()
  // Who sees only what is their own would lose sight of a customer that belongs to nobody.
  const [start] = useState(() =>
    blankValues({ branch_id: staff.branch_id, owner_id: scope === 'own' || scope === 'team' ? staff.id : undefined }),
  )
  return (
    <>
      <PageHeader title={t('customers.create')} sub={t('customers.form.sub')} />
      <CustomerForm
        start={start}
        cancel={() => void navigate({ to: '/customers' })}
        saved={(view) => void navigate({ to: '/customers/$customerId', params: { customerId: view.row.id } })}
      />
    </>
  )
}
