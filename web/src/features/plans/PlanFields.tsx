import { Form, Input, InputNumber, Segmented, Select } from 'antd'
import { useTranslation } from 'react-i18next'
import { CHANNELS, KINDS } from '~/shared/lib/followupWords.ts'
import { BranchSelect } from '~/shared/ui/BranchSelect.tsx'
import type { PlanInput } from './form.ts'
import styles from './PlanFields.module.css'

const TRIGGERS = ['service_closed', 'no_visit'] as const

/** When, how and with which words. */
export function PlanFields({ trigger }: { trigger?: PlanInput['trigger'] }) {
  const { t } = useTranslation()
  const required = { required: true, message: t('common.required') }
  const words = [{ ...required, whitespace: true }]
  return (
    <>
      <Form.Item name="name" label={t('plans.form.name')} rules={words}>
        <Input maxLength={60} autoFocus />
      </Form.Item>
      <Form.Item name="kind" label={t('plans.form.kind')}>
        <Segmented options={KINDS.map((kind) => ({ value: kind, label: t(`followup.kind.${kind}`) }))} />
      </Form.Item>

      <h2 className={styles.heading}>{t('plans.form.when')}</h2>
      <div className={styles.row}>
        <Form.Item name="trigger" label={t('plans.form.trigger')}>
          <Select options={TRIGGERS.map((each) => ({ value: each, label: t(`plans.form.triggerOf.${each}`) }))} />
        </Form.Item>
        <Form.Item name="days" label={t('plans.form.days')} rules={[required]}>
          <InputNumber min={0} max={3650} precision={0} suffix={t('plans.form.daysUnit')} className={styles.full} />
        </Form.Item>
      </div>
      {trigger === 'service_closed' ? (
        <Form.Item name="category" label={t('plans.form.category')} extra={t('plans.form.categoryHint')}>
          <Input maxLength={60} />
        </Form.Item>
      ) : null}
      <div className={styles.row}>
        <Form.Item name="due_hours" label={t('plans.form.dueHours')} rules={[required]}>
          <InputNumber min={1} max={720} precision={0} suffix={t('plans.form.hoursUnit')} className={styles.full} />
        </Form.Item>
        <Form.Item name="min_gap_days" label={t('plans.form.minGap')} extra={t('plans.form.minGapHint')}>
          <InputNumber min={0} max={365} precision={0} suffix={t('plans.form.daysUnit')} className={styles.full} />
        </Form.Item>
      </div>

      <h2 className={styles.heading}>{t('plans.form.how')}</h2>
      <div className={styles.row}>
        <Form.Item name="channel" label={t('plans.form.channel')}>
          <Select options={CHANNELS.map((each) => ({ value: each, label: t(`followup.channel.${each}`) }))} />
        </Form.Item>
        <Form.Item name="branch_id" label={t('plans.form.branch')}>
          <BranchSelect placeholder={t('plans.allBranches')} />
        </Form.Item>
      </div>

      <h2 className={styles.heading}>{t('plans.form.script')}</h2>
      <Form.Item name="purpose" label={t('plans.form.purpose')} rules={words}>
        <Input maxLength={500} />
      </Form.Item>
      {(['opener', 'permission_ask', 'benefit'] as const).map((name) => (
        <Form.Item
          key={name}
          name={name}
          label={t(name === 'permission_ask' ? 'plans.form.permission' : `plans.form.${name}`)}
          rules={words}
        >
          <Input.TextArea autoSize={{ minRows: 2, maxRows: 5 }} maxLength={500} />
        </Form.Item>
      ))}
      <Form.Item name="recap_hint" label={t('plans.form.recap')}>
        <Input maxLength={500} />
      </Form.Item>
    </>
  )
}
