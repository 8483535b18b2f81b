import { useQueryClient } from '@tanstack/react-query'
import { Button, Checkbox, Form, InputNumber, Radio } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { api } from '~/api/client.ts'
import { percent } from '~/shared/lib/ratio.ts'
import { useDone, useRefused } from '~/shared/lib/useFeedback.ts'
import { useUnsaved } from '~/shared/lib/useUnsaved.ts'
import { FormFoot } from '~/shared/ui/FormDrawer.tsx'
import styles from './Pyramid.module.css'
import type { Pyramid } from './PyramidPage.tsx'
import { restBp, type ShareValues, toBp, toPercents } from './shares.ts'

interface Values extends ShareValues {
  basis: 'revenue' | 'profit'
  window_months: number
  run: boolean
}

const USUAL: ShareValues = { a: 1, b: 4, c: 15 }
const SHARES = [
  { name: 'a', tier: 'A' },
  { name: 'b', tier: 'B' },
  { name: 'c', tier: 'C' },
] as const

export interface SettingsFormProps {
  settings: Pyramid['settings']
  close: () => void
  onRun: (made: Pyramid) => void
}

/** The rules of the ranking (金字塔规则): by what, over how many months, how many per tier. */
export function SettingsForm({ settings, close, onRun }: SettingsFormProps) {
  const { t } = useTranslation()
  const [form] = Form.useForm<Values>()
  const [version] = useState(settings.version)
  const queries = useQueryClient()
  const unsaved = useUnsaved()
  const refused = useRefused()
  const done = useDone()
  const put = api.useMutation('put', '/api/v1/pyramid/settings')
  const run = api.useMutation('post', '/api/v1/pyramid/run')
  const shares = Form.useWatch(({ a, b, c }: Partial<Values>) => ({ a, b, c }), form) ?? toPercents(settings.shares_bp)
  const rest = restBp(shares)

  async function submit(values: Values) {
    try {
      await put.mutateAsync({
        body: { basis: values.basis, window_months: values.window_months, shares_bp: toBp(values), version },
      })
      unsaved.clear()
      if (values.run) {
        const made = await run.mutateAsync({ body: {} })
        done(t('pyramid.runForm.done', { count: made.company_ranked, month: made.month }))
        onRun(made)
      } else {
        done()
        close()
      }
    } catch (error) {
      refused(error, form)
    } finally {
      void queries.invalidateQueries({ queryKey: ['get', '/api/v1/pyramid'] })
      void queries.invalidateQueries({ queryKey: ['get', '/api/v1/pyramid/customers'] })
    }
  }

  return (
    <Form<Values>
      form={form}
      layout="vertical"
      initialValues={{
        basis: settings.basis,
        window_months: settings.window_months,
        run: true,
        ...toPercents(settings.shares_bp),
      }}
      onValuesChange={unsaved.touch}
      onFinish={(values) => void submit(values)}
    >
      <p className={styles.hint}>{t('pyramid.settings.hint')}</p>
      <BasisItem />
      <Form.Item
        name="window_months"
        label={t('pyramid.settings.window')}
        extra={t('pyramid.settings.windowHint')}
        rules={[{ required: true, message: t('common.required') }]}
      >
        <InputNumber min={1} max={60} precision={0} suffix={t('pyramid.settings.windowUnit')} />
      </Form.Item>
      <Form.Item label={t('pyramid.settings.shares')} extra={t('pyramid.settings.ascending')}>
        <div className={styles.shares}>
          {SHARES.map(({ name, tier }) => (
            <Form.Item
              key={name}
              name={name}
              label={t('pyramid.settings.share', { tier })}
              rules={[{ required: true, message: t('common.required') }]}
            >
              <InputNumber min={0} max={100} precision={2} step={1} />
            </Form.Item>
          ))}
        </div>
        <p className={`${styles.rest} ${rest < 0 ? styles.bad : ''}`} role="status">
          {rest < 0 ? t('pyramid.settings.tooMuch') : t('pyramid.settings.rest', { share: percent(rest, 2) })}
        </p>
        <Button
          size="small"
          onClick={() => {
            form.setFieldsValue(USUAL)
            unsaved.touch()
          }}
        >
          {t('pyramid.settings.defaults')}
        </Button>
      </Form.Item>
      <Form.Item name="run" valuePropName="checked">
        <Checkbox>{t('pyramid.settings.runToo')}</Checkbox>
      </Form.Item>
      <FormFoot close={close} pending={put.isPending || run.isPending} disabled={rest < 0} />
    </Form>
  )
}

/** Revenue or profit. */
export function BasisItem() {
  const { t } = useTranslation()
  return (
    <Form.Item name="basis" label={t('pyramid.settings.basis')}>
      <Radio.Group
        optionType="button"
        options={(['revenue', 'profit'] as const).map((value) => ({ value, label: t(`pyramid.basis.${value}`) }))}
      />
    </Form.Item>
  )
}
