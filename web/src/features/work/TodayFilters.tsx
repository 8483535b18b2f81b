import { Input, Segmented, Select } from 'antd'
import { useEffect, useEffectEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useDebounced } from '~/shared/lib/useDebounced.ts'
import { TIERS, type TodaySearch, todaySearch, WHO } from './search.ts'
import styles from './TodayFilters.module.css'

export interface TodayFiltersProps {
  search: TodaySearch
  /** Rows shown so far. */
  count?: number
  more: boolean
  onChange: (search: TodaySearch) => void
}

/** Search, tier and whose work; all of it lives in the address. */
export function TodayFilters({ search, count, more, onChange }: TodayFiltersProps) {
  const { t } = useTranslation()
  const [text, setText] = useState(search.q ?? '')
  const rested = useDebounced(text, 300)

  const ask = useEffectEvent((q: string) => {
    const next = todaySearch({ ...search, q })
    if (next.q !== search.q) onChange(next)
  })
  useEffect(() => ask(rested), [rested])
  // A link or the back button may change the words from outside.
  useEffect(() => setText((shown) => (shown.trim() === (search.q ?? '') ? shown : (search.q ?? ''))), [search.q])

  return (
    <div className="lk-toolbar">
      <Input.Search
        className={styles.search}
        allowClear
        value={text}
        placeholder={t('work.searchPlaceholder')}
        aria-label={t('work.searchPlaceholder')}
        onChange={(event) => setText(event.target.value)}
        onSearch={(q) => ask(q)}
      />
      <Segmented
        aria-label={t('work.tier')}
        value={search.tier ?? ''}
        options={[
          { value: '', label: t('common.all') },
          ...TIERS.map((tier) => ({ value: tier, label: tier, tooltip: t(`common.tier.${tier}`) })),
        ]}
        onChange={(tier) => onChange(todaySearch({ ...search, tier }))}
      />
      <Select
        className={styles.who}
        aria-label={t('work.who.label')}
        value={search.who ?? 'mine'}
        popupMatchSelectWidth={false}
        options={[
          { value: 'mine', label: t('work.who.mine') },
          ...WHO.map((who) => ({ value: who, label: t(`work.who.${who}`) })),
        ]}
        onChange={(who: string) => onChange(todaySearch({ ...search, who }))}
      />
      <span className={styles.keys}>{t('work.keys')}</span>
      <span className={styles.count} role="status">
        {count === undefined ? '' : more ? t('work.shown', { count }) : t('common.total', { count })}
      </span>
    </div>
  )
}
