import { useQueryClient } from '@tanstack/react-query'
import { AutoComplete, DatePicker, Form, Input, InputNumber, Select, Switch } from 'antd'
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
import type { CustomerView } from './customerForm.ts'
import styles from './DrawerForm.module.css'
import { JoinedAlert } from './JoinedAlert.tsx'
import { MoneyField } from './MoneyField.tsx'
import { type ServiceValues, type ServiceView, serviceInput, serviceValues } from './recordForms.ts'
import { useEdited } from './useEdited.ts'

export interface ServiceFormProps {
  view: CustomerView
  record?: ServiceView
  close: () => void
}

const KM_MAX = 9_999_999
const TEXT_MAX = 4000

/** A visit to the workshop: opened when the customer comes, closed when the work is handed over. */
export function ServiceForm({ view, record, close }: ServiceFormProps) {
  const { t } = useTranslation()
  const { staff } = useSession()
  const [form] = Form.useForm<ServiceValues>()
  const queries = useQueryClient()
  const unsaved = useUnsaved()
  const refused = useRefused()
  const done = useDone()
  const [start] = useState(() =>
    serviceValues(
      {
        branch_id: staff.branch_id,
        advisor_id: staff.id,
        asset_id: view.assets.length === 1 ? view.assets[0]?.id : undefined,
        now: serverNow(),
      },
      record,
    ),
  )
  const edited = useEdited(
    form,
    { values: start, version: record?.version },
    record
      ? async () => {
          const { data } = await client.GET('/api/v1/service-records/{id}', { params: { path: { id: record.id } } })
          if (!data) throw new Error('no service record')
          return { values: serviceValues({ branch_id: data.branch_id, now: 0 }, data), version: data.version }
        }
      : undefined,
  )
  const create = api.useMutation('post', '/api/v1/service-records')
  const update = api.useMutation('put', '/api/v1/service-records/{id}')
  const closes = Form.useWatch('close', form) ?? start.close
  const wasClosed = record?.status === 'closed'

  async function submit() {
    const body = serviceInput(form.getFieldsValue(true) as ServiceValues, view.row.id, record, edited.version)
    try {
      if (record) await update.mutateAsync({ params: { path: { id: record.id } }, body })
      else await create.mutateAsync({ body })
      unsaved.clear()
      for (const path of [
        '/api/v1/service-records',
        '/api/v1/service-records/{id}',
        '/api/v1/customers/{id}',
        '/api/v1/customers/{id}/timeline',
      ]) {
        void queries.invalidateQueries({ queryKey: ['get', path] })
      }
      done()
      close()
    } catch (error) {
      if (!(await edited.join(error).catch(() => false))) refused(error, form)
    }
  }

  const required = { required: true, message: t('common.required') }
  const named = (name: string | null | undefined, id: string | null | undefined) =>
    name && !id ? t('records.service.inFile', { name }) : undefined
  const when = <DatePicker className={styles.full} showTime={{ format: 'HH:mm' }} format="YYYY-MM-DD HH:mm" />
  const categories = (['maintenance', 'repair', 'body', 'insurance', 'inspection', 'rework'] as const).map((code) => ({
    value: t(`records.service.category.${code}`),
  }))
  return (
    <Form<ServiceValues>
      form={form}
      layout="vertical"
      initialValues={start}
      onValuesChange={unsaved.touch}
      onFinish={() => void submit()}
    >
      <JoinedAlert
        joined={edited.joined}
        label={(field) => t(`records.service.field.${field as keyof ServiceValues}`)}
      />
      <div className={styles.pair}>
        <Form.Item name="asset_id" label={t('records.service.field.asset_id')}>
          <Select
            allowClear
            placeholder={t('records.service.noAsset')}
            options={view.assets.map((asset) => ({
              value: asset.id,
              label: [asset.plate ?? asset.serial ?? asset.vin, asset.model].filter(Boolean).join(' '),
            }))}
          />
        </Form.Item>
        <Form.Item name="category" label={t('records.service.field.category')}>
          <AutoComplete options={categories} maxLength={100} />
        </Form.Item>
        <Form.Item name="opened_at" label={t('records.service.field.opened_at')} rules={[required]}>
          {when}
        </Form.Item>
        <Form.Item name="mileage_km" label={t('records.service.field.mileage_km')}>
          <InputNumber className={styles.full} min={0} max={KM_MAX} precision={0} suffix="km" />
        </Form.Item>
        <Form.Item
          name="advisor_id"
          label={t('records.service.field.advisor_id')}
          extra={named(record?.advisor_name, record?.advisor_id)}
        >
          <StaffSelect currentName={record?.advisor_name ?? staff.name} />
        </Form.Item>
        <Form.Item
          name="technician_id"
          label={t('records.service.field.technician_id')}
          extra={named(record?.technician_name, record?.technician_id)}
        >
          <StaffSelect currentName={record?.technician_name} />
        </Form.Item>
        <Form.Item name="work" label={t('records.service.field.work')} className={styles.wide}>
          <Input.TextArea maxLength={TEXT_MAX} autoSize={{ minRows: 2, maxRows: 8 }} />
        </Form.Item>
        <Form.Item name="parts" label={t('records.service.field.parts')} className={styles.wide}>
          <Input.TextArea maxLength={TEXT_MAX} autoSize={{ minRows: 1, maxRows: 8 }} />
        </Form.Item>
        <Form.Item name="advice" label={t('records.service.field.advice')} className={styles.wide}>
          <Input.TextArea maxLength={TEXT_MAX} autoSize={{ minRows: 1, maxRows: 8 }} />
        </Form.Item>
        <Form.Item name="next_due_on" label={t('records.service.field.next_due_on')}>
          <DatePicker className={styles.full} />
        </Form.Item>
        <Form.Item name="next_due_km" label={t('records.service.field.next_due_km')}>
          <InputNumber className={styles.full} min={0} max={KM_MAX} precision={0} suffix="km" />
        </Form.Item>
        <MoneyField name="revenue" required label={t('records.service.field.revenue')} />
        <MoneyField name="cost" label={t('records.service.field.cost')} />
        <Form.Item name="branch_id" label={t('customers.field.branch')} rules={[required]}>
          <BranchSelect allowClear={false} />
        </Form.Item>
        <Form.Item name="external_id" label={t('records.service.field.external_id')}>
          <Input maxLength={100} spellCheck={false} />
        </Form.Item>
        <Form.Item
          name="close"
          label={t('records.service.field.close')}
          extra={t(wasClosed ? 'records.service.staysClosed' : 'records.service.closeHint')}
          valuePropName="checked"
        >
          <Switch disabled={wasClosed} />
        </Form.Item>
        {closes ? (
          <Form.Item
            name="closed_at"
            label={t('records.service.field.closed_at')}
            extra={wasClosed ? undefined : t('records.service.closedAtHint')}
          >
            {when}
          </Form.Item>
        ) : null}
      </div>
      <FormFoot close={close} pending={create.isPending || update.isPending} />
    </Form>
  )
}
