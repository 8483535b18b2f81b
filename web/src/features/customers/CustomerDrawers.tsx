import { useTranslation } from 'react-i18next'
import { api } from '~/api/client.ts'
import { useCan } from '~/api/session.ts'
import { instant } from '~/shared/lib/dates.ts'
import { money } from '~/shared/lib/money.ts'
import { EmptyBox } from '~/shared/ui/EmptyBox.tsx'
import { FormDrawer } from '~/shared/ui/FormDrawer.tsx'
import { Loaded } from '~/shared/ui/Loaded.tsx'
import { AssetForm } from './AssetForm.tsx'
import type { CustomerView } from './customerForm.ts'
import { OrderForm } from './OrderForm.tsx'
import type { OrderView } from './recordForms.ts'
import { ServiceDetail } from './ServiceDetail.tsx'
import { ServiceForm } from './ServiceForm.tsx'
import type { CustomerSearch } from './search.ts'

export interface CustomerDrawersProps {
  view: CustomerView
  open: CustomerSearch['open']
  id: string | undefined
  close: () => void
}

/** The drawers beside the customer's page; which one is open lives in the address. */
export function CustomerDrawers({ view, open, id, close }: CustomerDrawersProps) {
  const { t } = useTranslation()
  const can = useCan()
  const writes = can('customer.write')
  if (!writes && id === undefined) return null
  return (
    <>
      <FormDrawer
        open={open === 'asset' && writes}
        close={close}
        title={t(id ? 'records.asset.editTitle' : 'customers.add.asset')}
      >
        {open === 'asset' ? <AssetPart view={view} id={id} close={close} /> : null}
      </FormDrawer>
      <FormDrawer
        open={open === 'order'}
        close={close}
        title={t(id ? 'records.order.editTitle' : 'customers.add.order')}
      >
        {open === 'order' ? <OrderPart view={view} id={id} close={close} writes={writes} /> : null}
      </FormDrawer>
      <FormDrawer
        open={open === 'service'}
        close={close}
        width={640}
        title={t(id ? 'records.service.editTitle' : 'customers.add.service')}
      >
        {open === 'service' ? <ServicePart view={view} id={id} close={close} writes={writes} /> : null}
      </FormDrawer>
    </>
  )
}

interface PartProps {
  view: CustomerView
  id: string | undefined
  close: () => void
}

function AssetPart({ view, id, close }: PartProps) {
  const { t } = useTranslation()
  if (id === undefined) return <AssetForm customerId={view.row.id} close={close} />
  const asset = view.assets.find((each) => each.id === id)
  if (!asset) return <EmptyBox words={t('records.asset.gone')} />
  return <AssetForm key={id} customerId={view.row.id} asset={asset} close={close} />
}

function OrderPart({ view, id, close, writes }: PartProps & { writes: boolean }) {
  const { t } = useTranslation()
  const orders = api.useQuery(
    'get',
    '/api/v1/orders',
    { params: { query: { customer_id: view.row.id, limit: 200 } } },
    { enabled: id !== undefined },
  )
  if (id === undefined) {
    return <OrderForm customerId={view.row.id} branchId={view.row.branch_id} close={close} />
  }
  return (
    <Loaded query={orders} skeleton={6}>
      {(page) => {
        const order = page.items.find((each) => each.id === id)
        if (!order) return <EmptyBox words={t('records.order.gone')} />
        if (!writes) return <OrderDetail order={order} />
        return <OrderForm key={id} customerId={view.row.id} branchId={view.row.branch_id} order={order} close={close} />
      }}
    </Loaded>
  )
}

function OrderDetail({ order }: { order: OrderView }) {
  const { t } = useTranslation()
  return (
    <div className="lk-stack">
      <div>
        <div className="lk-strong">{order.title ?? t(`records.order.kind.${order.kind}`)}</div>
        <div className="lk-num">{money(order.revenue_fen)}</div>
      </div>
      <div className="lk-muted lk-num">
        {[order.number, instant(order.ordered_at), order.branch_name, order.seller_name].filter(Boolean).join(' · ')}
      </div>
    </div>
  )
}

function ServicePart({ view, id, close, writes }: PartProps & { writes: boolean }) {
  const record = api.useQuery(
    'get',
    '/api/v1/service-records/{id}',
    { params: { path: { id: id ?? '' } } },
    { enabled: id !== undefined, staleTime: 0 },
  )
  if (id === undefined) return <ServiceForm view={view} close={close} />
  return (
    <Loaded query={record} skeleton={10}>
      {(stored) =>
        writes ? (
          <ServiceForm key={stored.id} view={view} record={stored} close={close} />
        ) : (
          <ServiceDetail record={stored} />
        )
      }
    </Loaded>
  )
}
