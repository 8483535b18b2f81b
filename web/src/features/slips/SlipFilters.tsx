import { Checkbox, Input, Segmented } from 'antd'
import { useEffect, useEffectEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useDebounced } from '~/shared/lib/useDebounced.ts'
import { useIsMobile } from '~/shared/lib/useMedia.ts'
import styles from './SlipFilters.module.css'
import { type SlipsSearch, STATES, slipsSearch } from './search.ts'

export interface SlipFiltersProps {
  search: SlipsSearch
  count?: number
  more: boolean
  onChange: (search: SlipsSearch) => void
}

/** State, mine, overdue and words; all of it lives in the address. */
export function SlipFilters({ search, count, more, onChange }: SlipFiltersProps) {
  const { t } = useTranslation()
  const mobile = useIsMobile()
  const [text, setText] = useState(search.q ?? '')
  const rested = useDebounced(text, 300)

  const ask = useEffectEvent((q: string) => {
    const next = slipsSearch({ ...search, q })
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
        placeholder={t('slips.searchPlaceholder')}
        aria-label={t('slips.searchPlaceholder')}
        onChange={(event) => setText(event.target.value)}
        onSearch={(q) => ask(q)}
      />
      <Segmented
        className={styles.states}
        block={mobile}
        aria-label={t('slips.filter.state')}
        value={search.state ?? ''}
        options={[
          { value: '', label: t('slips.filter.all') },
          ...STATES.map((state) => ({ value: state as string, label: t(`followup.slipState.${state}`) })),
        ]}
        onChange={(state) => onChange(slipsSearch({ ...search, state }))}
      />
      <Checkbox
        checked={search.mine ?? false}
        onChange={(event) => onChange(slipsSearch({ ...search, mine: event.target.checked }))}
      >
        {t('slips.filter.mine')}
      </Checkbox>
      <Checkbox
        checked={search.overdue ?? false}
        onChange={(event) => onChange(slipsSearch({ ...search, overdue: event.target.checked }))}
      >
        {t('slips.filter.overdue')}
      </Checkbox>
      <span className={styles.count} role="status">
        {count === undefined ? '' : more ? t('work.shown', { count }) : t('common.total', { count })}
      </span>
    </div>
  )
}
