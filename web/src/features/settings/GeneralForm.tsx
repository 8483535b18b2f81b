import { DeleteOutlined, PlusOutlined } from '@ant-design/icons'
import { useQueryClient } from '@tanstack/react-query'
import { Alert, Button, Form, Input, InputNumber } from 'antd'
import { useTranslation } from 'react-i18next'
import { api } from '~/api/client.ts'
import type { components } from '~/api/schema.gen.ts'
import { useCan } from '~/api/session.ts'
import { useDone, useRefused } from '~/shared/lib/useFeedback.ts'
import { useUnsaved } from '~/shared/lib/useUnsaved.ts'
import styles from './Settings.module.css'
import { ZoneSelect } from './ZoneSelect.tsx'

type Settings = components['schemas']['Settings']
type Values = Omit<Settings, 'version'>

const NUMBERS = [
  { name: 'min_gap_days', label: 'settings.general.gap', min: 0, max: 365 },
  { name: 'slip_due_hours', label: 'settings.general.slipDue', min: 1, max: 720 },
  { name: 'reveal_limit_per_day', label: 'settings.general.reveal', min: 0, max: 10_000 },
  { name: 'session_idle_minutes', label: 'settings.general.idle', min: 5, max: 10_080 },
] as const

export function GeneralForm({ settings }: { settings: Settings }) {
  const { t } = useTranslation()
  const can = useCan()
  const [form] = Form.useForm<Values>()
  const queries = useQueryClient()
  const unsaved = useUnsaved()
  const refused = useRefused()
  const done = useDone()
  const put = api.useMutation('put', '/api/v1/settings')
  const locked = !can('setting.manage')

  async function submit(values: Values) {
    try {
      await put.mutateAsync({ body: { ...values, version: settings.version } })
      unsaved.clear()
      done()
      void queries.invalidateQueries({ queryKey: ['get', '/api/v1/settings'] })
      void queries.invalidateQueries({ queryKey: ['get', '/api/v1/session'] })
    } catch (error) {
      refused(error, form)
    }
  }

  const required = { required: true, message: t('common.required') }
  return (
    <Form<Values>
      className={styles.form}
      form={form}
      layout="vertical"
      disabled={locked}
      initialValues={settings}
      onValuesChange={unsaved.touch}
      onFinish={(values) => void submit(values)}
    >
      {locked ? <Alert className={styles.note} type="info" title={t('settings.general.readOnly')} showIcon /> : null}
      <Form.Item name="company" label={t('settings.general.company')} rules={[{ ...required, whitespace: true }]}>
        <Input maxLength={100} />
      </Form.Item>
      <Form.Item name="zone" label={t('settings.general.zone')} rules={[required]}>
        <ZoneSelect />
      </Form.Item>
      {NUMBERS.map(({ name, label, min, max }) => (
        <Form.Item
          key={name}
          name={name}
          label={t(label)}
          extra={t('settings.general.between', { min, max })}
          rules={[required]}
        >
          <InputNumber className={styles.number} min={min} max={max} precision={0} />
        </Form.Item>
      ))}
      <Form.Item label={t('settings.general.windows')} extra={t('settings.general.windowsHint')}>
        <Form.List name="contact_windows">
          {(fields, { add, remove }) => (
            <>
              <ul className={styles.windows}>
                {fields.map((field) => (
                  <WindowRow key={field.key} index={field.name} remove={() => remove(field.name)} />
                ))}
              </ul>
              <Button icon={<PlusOutlined />} onClick={() => add({ from: '09:00', to: '18:00' })}>
                {t('settings.general.addWindow')}
              </Button>
            </>
          )}
        </Form.List>
      </Form.Item>
      {locked ? null : (
        <Button type="primary" htmlType="submit" loading={put.isPending}>
          {t('common.save')}
        </Button>
      )}
    </Form>
  )
}

/** One span of the day in which customers may be contacted. */
function WindowRow({ index, remove }: { index: number; remove: () => void }) {
  const { t } = useTranslation()
  const form = Form.useFormInstance<Values>()
  const window = Form.useWatch(['contact_windows', index], form) as { from?: string; to?: string } | undefined
  const required = { required: true, message: t('common.required') }
  return (
    <li className="lk-row">
      <Form.Item name={[index, 'from']} rules={[required]}>
        <Input type="time" aria-label={t('settings.general.from')} />
      </Form.Item>
      <Form.Item aria-hidden="true">–</Form.Item>
      <Form.Item
        name={[index, 'to']}
        dependencies={[['contact_windows', index, 'from']]}
        rules={[
          required,
          ({ getFieldValue }) => ({
            validator: (_, to: unknown) => {
              const from: unknown = getFieldValue(['contact_windows', index, 'from'])
              return typeof from !== 'string' || typeof to !== 'string' || to > from
                ? Promise.resolve()
                : Promise.reject(new Error(t('settings.general.windowOrder')))
            },
          }),
        ]}
      >
        <Input type="time" aria-label={t('settings.general.to')} />
      </Form.Item>
      <Form.Item>
        <Button
          type="text"
          icon={<DeleteOutlined />}
          aria-label={t('settings.general.removeWindow', { from: window?.from, to: window?.to })}
          onClick={remove}
        />
      </Form.Item>
    </li>
  )
}
