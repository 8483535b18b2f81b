import { useQueryClient } from '@tanstack/react-query'
import { DatePicker, Form, Radio } from 'antd'
import dayjs, { type Dayjs } from 'dayjs'
import { useTranslation } from 'react-i18next'
import { api } from '~/api/client.ts'
import { toDay, today } from '~/shared/lib/dates.ts'
import { serverNow } from '~/shared/lib/sla.ts'
import { useDone, useRefused } from '~/shared/lib/useFeedback.ts'
import { FormFoot } from '~/shared/ui/FormDrawer.tsx'
import styles from './Pyramid.module.css'
import type { Pyramid } from './PyramidPage.tsx'
import { BasisItem } from './SettingsForm.tsx'

interface Values {
  basis: 'revenue' | 'profit'
  period: 'rules' | 'chosen'
  days?: [Dayjs, Dayjs]
}

export interface RunFormProps {
  settings: Pyramid['settings']
  close: () => void
  onRun: (made: Pyramid) => void
}

/** Ranks now: by the rules, or by revenue or profit over a period of one's choice. */
export function RunForm({ settings, close, onRun }: RunFormProps) {
  const { t } = useTranslation()
  const [form] = Form.useForm<Values>()
  const queries = useQueryClient()
  const refused = useRefused()
  const done = useDone()
  const run = api.useMutation('post', '/api/v1/pyramid/run')
  const period = Form.useWatch('period', form)
  const last = today(serverNow())

  async function submit({ basis, days }: Values) {
    try {
      const made = await run.mutateAsync({
        body: { basis, from: days ? toDay(days[0]) : undefined, to: days ? toDay(days[1]) : undefined },
      })
      done(t('pyramid.runForm.done', { count: made.company_ranked, month: made.month }))
      onRun(made)
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
      initialValues={{ basis: settings.basis, period: 'rules' }}
      onFinish={(values) => void submit(values)}
    >
      <p className={styles.hint}>{t('pyramid.runForm.hint')}</p>
      <BasisItem />
      <Form.Item name="period" label={t('pyramid.runForm.period')}>
        <Radio.Group
          vertical
          options={[
            { value: 'rules', label: t('pyramid.runForm.byRules', { count: settings.window_months }) },
            { value: 'chosen', label: t('pyramid.runForm.chosen') },
          ]}
        />
      </Form.Item>
      {period === 'chosen' ? (
        <Form.Item
          name="days"
          label={t('pyramid.runForm.chosen')}
          rules={[{ required: true, message: t('common.required') }]}
        >
          <DatePicker.RangePicker className={styles.wide} maxDate={dayjs(last)} />
        </Form.Item>
      ) : null}
      <FormFoot close={close} pending={run.isPending} submit={t('pyramid.runForm.submit')} />
    </Form>
  )
}
