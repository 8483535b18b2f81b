import { useQueryClient } from '@tanstack/react-query'
import { DatePicker, Form, Input, Radio } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { api, client } from '~/api/client.ts'
import { useSession } from '~/api/session.ts'
import { serverNow } from '~/shared/lib/sla.ts'
import { useDone, useRefused } from '~/shared/lib/useFeedback.ts'
import { useUnsaved } from '~/shared/lib/useUnsaved.ts'
import { BranchSelect } from '~/shared/ui/BranchSelect.tsx'
import { FormFoot } from '~/shared/ui/FormDrawer.tsx'
import { StaffSelect } from '~/shared/ui/StaffSelect.tsx'
import styles from './DrawerForm.module.css'
import { JoinedAlert } from './JoinedAlert.tsx'
import { MoneyField } from './MoneyField.tsx'
import { type OrderValues, type OrderView, orderInput, orderValues } from './recordForms.ts'
import { useEdited } from './useEdited.ts'

export interface OrderFormProps {
  customerId: string
  branchId: string
  order?: OrderView
  close: () => void
}

/** An order or a refund, to be entered or changed. */
export function OrderForm({ customerId, branchId, order, close }: OrderFormProps) {
  const { t } = useTranslation()
  const { staff } = useSession()
  const [form] = Form.useForm<OrderValues>()
  const queries = useQueryClient()
  const unsaved = useUnsaved()
  const refused = useRefused()
  const done = useDone()
  const [start] = useState(() =>
    orderValues({ branch_id: branchId, seller_id: order ? order.seller_id : staff.id, now: serverNow() }, order),
  )
  const edited = useEdited(
    form,
    { values: start, version: order?.version },
    order
      ? async () => {
          const { data } = await client.GET('/api/v1/orders', {
            params: { query: { customer_id: customerId, limit: 200 } },
          })
          const stored = data?.items.find((each) => each.id === order.id)
          if (!stored) throw new Error('no order')
          return {
            values: orderValues({ branch_id: branchId, seller_id: stored.seller_id, now: 0 }, stored),
            version: stored.version,
          }
        }
      : undefined,
  )
  const create = api.useMutation('post', '/api/v1/orders')
  const update = api.useMutation('put', '/api/v1/orders/{id}')
  const kind = Form.useWatch('kind', form) ?? start.kind

  async function submit() {
    const body = orderInput(form.getFieldsValue(true) as OrderValues, customerId, edited.version)
    try {
      if (order) await update.mutateAsync({ params: { path: { id: order.id } }, body })
      else await create.mutateAsync({ body })
      unsaved.clear()
      void queries.invalidateQueries({ queryKey: ['get', '/api/v1/orders'] })
      void queries.invalidateQueries({ queryKey: ['get', '/api/v1/customers/{id}'] })
      void queries.invalidateQueries({ queryKey: ['get', '/api/v1/customers/{id}/timeline'] })
      done()
      close()
    } catch (error) {
      if (!(await edited.join(error).catch(() => false))) refused(error, form)
    }
  }

  const required = { required: true, message: t('common.required') }
  return (
    <Form<OrderValues>
      form={form}
      layout="vertical"
      initialValues={start}
      onValuesChange={unsaved.touch}
      onFinish={() => void submit()}
    >
      <JoinedAlert joined={edited.joined} label={(field) => t(`records.order.field.${field as keyof OrderValues}`)} />
      <Form.Item name="kind" label={t('records.order.field.kind')}>
        <Radio.Group
          options={(['sale', 'refund'] as const).map((value) => ({ value, label: t(`records.order.kind.${value}`) }))}
        />
      </Form.Item>
      <Form.Item name="title" label={t('records.order.field.title')}>
        <Input maxLength={200} placeholder={t('records.order.titleHint')} />
      </Form.Item>
      <div className={styles.pair}>
        <MoneyField
          name="revenue"
          required
          label={t(kind === 'refund' ? 'records.order.field.refund' : 'records.order.field.revenue')}
        />
        <MoneyField name="cost" label={t('records.order.field.cost')} signed />
        <Form.Item name="ordered_at" label={t('records.order.field.ordered_at')} rules={[required]}>
          <DatePicker className={styles.full} showTime={{ format: 'HH:mm' }} format="YYYY-MM-DD HH:mm" />
        </Form.Item>
        <Form.Item name="branch_id" label={t('customers.field.branch')} rules={[required]}>
          <BranchSelect allowClear={false} />
        </Form.Item>
        <Form.Item name="seller_id" label={t('records.order.field.seller_id')}>
          <StaffSelect currentName={order?.seller_name ?? staff.name} />
        </Form.Item>
        <Form.Item name="external_id" label={t('records.order.field.external_id')}>
          <Input maxLength={100} spellCheck={false} />
        </Form.Item>
      </div>
      <FormFoot close={close} pending={create.isPending || update.isPending} />
    </Form>
  )
}
