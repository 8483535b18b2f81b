import { FilterOutlined, TableOutlined } from '@ant-design/icons'
import { Button, Checkbox, Popover, Segmented, Select } from 'antd'
import { useId, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { components } from '~/api/schema.gen.ts'
import { useIsMobile } from '~/shared/lib/useMedia.ts'
import styles from './CustomerFilters.module.css'
import { SORTS, TIERS } from './codes.ts'
import { COLUMNS, type Column } from './columns.ts'
import { FilterChips } from './FilterChips.tsx'
import { FilterPanel } from './FilterPanel.tsx'
import { SearchBox } from './SearchBox.tsx'
import { type CustomersSearch, chipsOf, customersSearch } from './search.ts'

export interface CustomerFiltersProps {
  search: CustomersSearch
  change: (search: CustomersSearch) => void
  counted: components['schemas']['Count'] | undefined
  columns: Column[]
  choose: (columns: Column[]) => void
}

/** Search, tier, order and further filters; all of it lives in the address. */
export function CustomerFilters({ search, change, counted, columns, choose }: CustomerFiltersProps) {
  const { t } = useTranslation()
  const mobile = useIsMobile()
  const [open, setOpen] = useState(false)
  const panel = useId()
  const filters = chipsOf(search).length
  const set = (part: Partial<CustomersSearch>) => change(customersSearch({ ...search, ...part }))

  return (
    <>
      <search className="lk-toolbar">
        <SearchBox
          className={styles.search}
          value={search.q}
          placeholder={t('customers.searchPlaceholder')}
          onSearch={(q) => set({ q })}
        />
        <Segmented
          className={styles.tiers}
          block={mobile}
          aria-label={t('customers.field.tier')}
          value={search.tier ?? ''}
          options={[
            { value: '', label: t('common.all') },
            ...TIERS.map((tier) => ({ value: tier, label: tier, tooltip: t(`common.tier.${tier}`) })),
          ]}
          onChange={(tier) => change(customersSearch({ ...search, tier }))}
        />
        <Button icon={<FilterOutlined />} aria-expanded={open} aria-controls={panel} onClick={() => setOpen(!open)}>
          {filters > 0 ? t('customers.filter.titleWith', { number: filters }) : t('customers.filter.title')}
        </Button>
        <Select
          className={styles.sort}
          aria-label={t('customers.sort.label')}
          value={search.sort ?? '-created'}
          popupMatchSelectWidth={false}
          options={SORTS.map((sort) => ({ value: sort, label: t(`customers.sort.${sort}`) }))}
          onChange={(sort) => set({ sort })}
        />
        {mobile ? null : (
          <Popover
            trigger="click"
            placement="bottomRight"
            getPopupContainer={(button) => button.closest('main') ?? document.body}
            title={t('common.columns')}
            content={
              <Checkbox.Group
                className={styles.columns}
                value={columns}
                onChange={choose}
                options={COLUMNS.map((column) => ({ value: column, label: t(`customers.column.${column}`) }))}
              />
            }
          >
            <Button icon={<TableOutlined />} aria-label={t('common.columns')} title={t('common.columns')} />
          </Popover>
        )}
        <span className={styles.count} role="status">
          {counted
            ? counted.capped
              ? t('customers.countCapped', { max: counted.count })
              : t('customers.count', { count: counted.count })
            : ''}
        </span>
      </search>
      {open ? <FilterPanel id={panel} search={search} set={set} /> : null}
      <FilterChips search={search} change={change} />
    </>
  )
}
