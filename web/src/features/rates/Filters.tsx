import { DatePicker, Segmented, Select } from 'antd'
import dayjs from 'dayjs'
import { useTranslation } from 'react-i18next'
import { toDay } from '~/shared/lib/dates.ts'
import { useIsMobile } from '~/shared/lib/useMedia.ts'
import { BranchSelect } from '~/shared/ui/BranchSelect.tsx'
import { StaffSelect } from '~/shared/ui/StaffSelect.tsx'
import type { Days } from './period.ts'
import styles from './Rates.module.css'
import { PERIODS, type RatesSearch } from './search.ts'

export interface FiltersProps {
  search: RatesSearch
  days: Days
  onChange: (part: Partial<RatesSearch>) => void
}

/** Period, branch and person; all of it lives in the address. */
export function Filters({ search, days, onChange }: FiltersProps) {
  const { t } = useTranslation()
  const mobile = useIsMobile()
  const chosen = search.from ? 'chosen' : (search.period ?? 'd30')
  const presets = PERIODS.map((value) => ({ value: value as string, label: t(`rates.preset.${value}`) }))
  const pick = (value: string) => {
    const period = PERIODS.find((each) => each === value)
    if (period) onChange({ period: period === 'd30' ? undefined : period, from: undefined, to: undefined })
  }
  return (
    <search className={styles.filters} aria-label={t('rates.filters')}>
      {mobile ? (
        <Select
          className={styles.select}
          aria-label={t('rates.period')}
          value={chosen}
          onChange={pick}
          options={[...presets, { value: 'chosen', label: t('rates.chosen'), disabled: true }]}
        />
      ) : (
        <Segmented aria-label={t('rates.period')} value={chosen} options={presets} onChange={pick} />
      )}
      <DatePicker.RangePicker
        className={styles.range}
        aria-label={t('rates.range')}
        allowClear={false}
        value={[dayjs(days.from), dayjs(days.to)]}
        onChange={(range) => {
          if (range?.[0] && range[1]) onChange({ period: undefined, from: toDay(range[0]), to: toDay(range[1]) })
        }}
      />
      <BranchSelect
        className={styles.select}
        aria-label={t('rates.by.branch')}
        placeholder={t('rates.allBranches')}
        value={search.branch}
        onChange={(branch) => onChange({ branch })}
      />
      <StaffSelect
        className={styles.select}
        aria-label={t('rates.by.agent')}
        placeholder={t('rates.allStaff')}
        value={search.staff}
        branchId={search.branch}
        onChange={(staff) => onChange({ staff })}
      />
    </search>
  )
}
