import { DatePicker, InputNumber, Select } from 'antd'
import dayjs from 'dayjs'
import type { ReactNode } from 'react'
import { useId } from 'react'
import { useTranslation } from 'react-i18next'
import { api } from '~/api/client.ts'
import { toDay } from '~/shared/lib/dates.ts'
import { BranchSelect } from '~/shared/ui/BranchSelect.tsx'
import { StaffSelect } from '~/shared/ui/StaffSelect.tsx'
import { KINDS, PERIODS, PERSONALITIES, SOURCES } from './codes.ts'
import styles from './FilterPanel.module.css'
import { type CustomersSearch, IDLE_MAX } from './search.ts'

export interface FilterPanelProps {
  id: string
  search: CustomersSearch
  set: (part: Partial<CustomersSearch>) => void
}

/** Further filters of the list, all of them in the address. */
export function FilterPanel({ id, search, set }: FilterPanelProps) {
  const { t } = useTranslation()
  const tags = api.useQuery('get', '/api/v1/tags', {}, { staleTime: 60_000 })
  return (
    <div id={id} className={styles.panel}>
      <Field label={t('customers.field.stage')}>
        {(field) => (
          <Select
            {...field}
            allowClear
            value={search.stage}
            onChange={(stage: CustomersSearch['stage']) => set({ stage })}
            placeholder={t('common.all')}
            options={Object.entries(PERIODS).map(([period, stages]) => ({
              label: t(`customers.period.${period as keyof typeof PERIODS}`),
              options: stages.map((stage) => ({ value: stage, label: t(`customers.stage.${stage}`) })),
            }))}
          />
        )}
      </Field>
      <Field label={t('customers.field.owner')}>
        {(field) => (
          <StaffSelect
            {...field}
            value={search.owner}
            onChange={(owner) => set({ owner })}
            placeholder={t('common.all')}
          />
        )}
      </Field>
      <Field label={t('customers.field.branch')}>
        {(field) => (
          <BranchSelect
            {...field}
            value={search.branch}
            onChange={(branch) => set({ branch })}
            placeholder={t('common.all')}
          />
        )}
      </Field>
      <Field label={t('customers.filter.visited')} wide>
        {(field) => (
          <DatePicker.RangePicker
            id={{ start: field.id }}
            className={field.className}
            aria-label={t('customers.filter.visited')}
            value={[search.from ? dayjs(search.from) : null, search.to ? dayjs(search.to) : null]}
            allowEmpty={[true, true]}
            onChange={(days) =>
              set({ from: days?.[0] ? toDay(days[0]) : undefined, to: days?.[1] ? toDay(days[1]) : undefined })
            }
          />
        )}
      </Field>
      <Field label={t('customers.filter.idle')}>
        {(field) => (
          <InputNumber
            {...field}
            min={0}
            max={IDLE_MAX}
            precision={0}
            value={search.idle ?? null}
            suffix={t('customers.filter.days')}
            placeholder={t('customers.filter.idleHint')}
            changeOnBlur
            onChange={(idle) => set({ idle: idle ?? undefined })}
          />
        )}
      </Field>
      <Field label={t('customers.field.tags')}>
        {(field) => (
          <Select
            {...field}
            allowClear
            showSearch
            value={search.tag}
            onChange={(tag: string | undefined) => set({ tag })}
            loading={tags.isFetching}
            placeholder={t('common.all')}
            options={(tags.data ?? []).map((tag) => ({ value: tag, label: tag }))}
          />
        )}
      </Field>
      <Field label={t('customers.field.kind')}>
        {(field) => (
          <Select
            {...field}
            allowClear
            value={search.kind}
            onChange={(kind: CustomersSearch['kind']) => set({ kind })}
            placeholder={t('common.all')}
            options={KINDS.map((kind) => ({ value: kind, label: t(`customers.kind.${kind}`) }))}
          />
        )}
      </Field>
      <Field label={t('customers.field.personality')}>
        {(field) => (
          <Select
            {...field}
            allowClear
            value={search.personality}
            onChange={(personality: CustomersSearch['personality']) => set({ personality })}
            placeholder={t('common.all')}
            options={PERSONALITIES.map((type) => ({ value: type, label: t(`customers.personality.${type}`) }))}
          />
        )}
      </Field>
      <Field label={t('customers.field.source')}>
        {(field) => (
          <Select
            {...field}
            allowClear
            value={search.source}
            onChange={(source: string | undefined) => set({ source })}
            placeholder={t('common.all')}
            options={SOURCES.map((source) => ({ value: source, label: t(`customers.source.${source}`) }))}
          />
        )}
      </Field>
    </div>
  )
}

function Field({
  label,
  wide,
  children,
}: {
  label: string
  wide?: boolean
  children: (field: { id: string; className: string | undefined }) => ReactNode
}) {
  const id = useId()
  return (
    <div className={`${styles.field} ${wide ? styles.wide : ''}`}>
      <label htmlFor={id} className={styles.label}>
        {label}
      </label>
      {children({ id, className: styles.control })}
    </div>
  )
}
