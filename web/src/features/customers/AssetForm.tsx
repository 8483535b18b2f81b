import { useQueryClient } from '@tanstack/react-query'
import { DatePicker, Form, Input, InputNumber, Radio } from 'antd'
import dayjs from 'dayjs'
import { useTranslation } from 'react-i18next'
import { api, client } from '~/api/client.ts'
import { useCan } from '~/api/session.ts'
import { useDone, useRefused } from '~/shared/lib/useFeedback.ts'
import { useUnsaved } from '~/shared/lib/useUnsaved.ts'
import { ConfirmButton } from '~/shared/ui/ConfirmButton.tsx'
import { FormFoot } from '~/shared/ui/FormDrawer.tsx'
import styles from './DrawerForm.module.css'
import { Duplicates } from './Duplicates.tsx'
import { JoinedAlert } from './JoinedAlert.tsx'
import { type AssetValues, type AssetView, assetInput, assetValues } from './recordForms.ts'
import { useEdited } from './useEdited.ts'

export interface AssetFormProps {
  customerId: string
  asset?: AssetView
  close: () => void
}

/** More than any vehicle has run. */
const KM_MAX = 9_999_999

/** Letters that a VIN or plate has, as they are typed with an input method: half width, capitals. */
const capitals = (text?: string) => text?.normalize('NFKC').toUpperCase()

/** A vehicle or piece of equipment, to be entered or changed. */
export function AssetForm({ customerId, asset, close }: AssetFormProps) {
  const { t } = useTranslation()
  const [form] = Form.useForm<AssetValues>()
  const queries = useQueryClient()
  const unsaved = useUnsaved()
  const refused = useRefused()
  const done = useDone()
  const start = assetValues(asset)
  const edited = useEdited(
    form,
    { values: start, version: asset?.version },
    asset
      ? async () => {
          const { data } = await client.GET('/api/v1/customers/{id}', { params: { path: { id: customerId } } })
          const stored = data?.assets.find((each) => each.id === asset.id)
          if (!stored) throw new Error('no asset')
          return { values: assetValues(stored), version: stored.version }
        }
      : undefined,
  )
  const create = api.useMutation('post', '/api/v1/customers/{id}/assets')
  const update = api.useMutation('put', '/api/v1/assets/{id}')
  const kind = Form.useWatch('kind', form) ?? start.kind
  const plate = Form.useWatch('plate', form)?.trim() ?? ''
  const vin = Form.useWatch('vin', form)?.trim() ?? ''

  function saved() {
    unsaved.clear()
    void queries.invalidateQueries({
      queryKey: ['get', '/api/v1/customers/{id}', { params: { path: { id: customerId } } }],
    })
    close()
  }

  async function submit() {
    const body = assetInput(form.getFieldsValue(true) as AssetValues, edited.version)
    try {
      if (asset) await update.mutateAsync({ params: { path: { id: asset.id } }, body })
      else await create.mutateAsync({ params: { path: { id: customerId } }, body })
      done()
      saved()
    } catch (error) {
      if (!(await edited.join(error).catch(() => false))) refused(error, form)
    }
  }

  const vehicle = kind === 'vehicle'
  return (
    <Form<AssetValues>
      form={form}
      layout="vertical"
      initialValues={start}
      onValuesChange={unsaved.touch}
      onFinish={() => void submit()}
    >
      <JoinedAlert joined={edited.joined} label={(field) => t(`records.asset.field.${field as keyof AssetValues}`)} />
      <Form.Item name="kind" label={t('records.asset.field.kind')}>
        <Radio.Group
          options={(['vehicle', 'equipment'] as const).map((value) => ({
            value,
            label: t(`records.asset.kind.${value}`),
          }))}
        />
      </Form.Item>
      {vehicle ? (
        <>
          <Form.Item name="plate" label={t('records.asset.field.plate')} normalize={capitals}>
            <Input maxLength={20} autoComplete="off" spellCheck={false} placeholder="川A·7F3K2" />
          </Form.Item>
          <Form.Item
            name="vin"
            label={t('records.asset.field.vin')}
            normalize={capitals}
            extra={vin.length > 0 && vin.length !== 17 ? t('records.asset.vinLength', { length: vin.length }) : null}
          >
            <Input maxLength={20} autoComplete="off" spellCheck={false} />
          </Form.Item>
          <Duplicates
            plates={plate.length >= 7 && plate !== asset?.plate ? [plate] : []}
            vins={vin.length === 17 && vin !== asset?.vin ? [vin] : []}
            except={customerId}
          />
        </>
      ) : (
        <Form.Item name="serial" label={t('records.asset.field.serial')}>
          <Input maxLength={100} autoComplete="off" spellCheck={false} />
        </Form.Item>
      )}
      <Form.Item
        name="model"
        label={t('records.asset.field.model')}
        rules={[{ required: true, whitespace: true, message: t('common.required') }]}
      >
        <Input maxLength={100} autoComplete="off" />
      </Form.Item>
      <div className={styles.pair}>
        {vehicle ? (
          <Form.Item name="mileage_km" label={t('records.asset.field.mileage_km')}>
            <InputNumber className={styles.full} min={0} max={KM_MAX} precision={0} suffix="km" />
          </Form.Item>
        ) : (
          <Form.Item name="site" label={t('records.asset.field.site')}>
            <Input maxLength={200} />
          </Form.Item>
        )}
        <Form.Item name="purchased_on" label={t('records.asset.field.purchased_on')}>
          <DatePicker className={styles.full} maxDate={dayjs()} />
        </Form.Item>
        <Form.Item name="warranty_until" label={t('records.asset.field.warranty_until')}>
          <DatePicker className={styles.full} />
        </Form.Item>
        <Form.Item name="external_id" label={t('records.asset.field.external_id')}>
          <Input maxLength={100} spellCheck={false} />
        </Form.Item>
      </div>
      <Form.Item name="notes" label={t('records.asset.field.notes')}>
        <Input.TextArea maxLength={4000} autoSize={{ minRows: 2, maxRows: 8 }} />
      </Form.Item>
      {asset ? <RemoveAsset asset={asset} removed={saved} /> : null}
      <FormFoot close={close} pending={create.isPending || update.isPending} />
    </Form>
  )
}

function RemoveAsset({ asset, removed }: { asset: AssetView; removed: () => void }) {
  const { t } = useTranslation()
  const can = useCan()
  const refused = useRefused()
  const done = useDone()
  const remove = api.useMutation('delete', '/api/v1/assets/{id}')
  if (!can('customer.delete')) return null
  const name = asset.plate ?? asset.serial ?? asset.model
  return (
    <ConfirmButton
      danger
      type="link"
      className={styles.remove}
      title={t('records.asset.removeTitle', { name })}
      body={t('records.asset.removeBody')}
      verb={t('common.remove')}
      act={async () => {
        try {
          await remove.mutateAsync({ params: { path: { id: asset.id }, query: { version: asset.version } } })
          done(t('common.removed'))
          removed()
        } catch (error) {
          refused(error)
        }
      }}
    >
      {t('records.asset.remove')}
    </ConfirmButton>
  )
}
