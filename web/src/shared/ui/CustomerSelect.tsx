import { keepPreviousData } from '@tanstack/react-query'
import { Select } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { api } from '~/api/client.ts'
import { useDebounced } from '~/shared/lib/useDebounced.ts'
import { TierBadge } from './TierBadge.tsx'

export interface CustomerSelectProps {
  id?: string
  value?: string
  onChange?: (id: string | undefined) => void
  autoFocus?: boolean
  'aria-label'?: string
  'aria-required'?: boolean
}

/** Chooses a customer by name, pinyin, telephone or plate. Fits an antd form. */
export function CustomerSelect({ onChange, ...rest }: CustomerSelectProps) {
  const { t } = useTranslation()
  const [text, setText] = useState('')
  const q = useDebounced(text.trim(), 200)
  const found = api.useQuery(
    'get',
    '/api/v1/search',
    { params: { query: { q, limit: 12 } } },
    { enabled: q.length >= 2, placeholderData: keepPreviousData },
  )
  const hits = q.length >= 2 ? (found.data ?? []) : []
  return (
    <Select
      {...rest}
      onChange={(id: string | undefined) => onChange?.(id)}
      allowClear
      showSearch={{ filterOption: false, onSearch: setText, autoClearSearchValue: false }}
      loading={found.isFetching}
      placeholder={t('followup.chooseCustomer')}
      notFoundContent={q.length >= 2 && !found.isFetching ? t('shell.palette.nothing') : t('shell.palette.hint')}
      optionLabelProp="title"
      options={hits.map((hit) => ({
        value: hit.customer_id,
        title: hit.name,
        label: (
          <span className="lk-row">
            <TierBadge tier={hit.tier} />
            {hit.name}
            <span className="lk-muted">{[hit.phone_masked, hit.asset_line].filter(Boolean).join(' · ')}</span>
          </span>
        ),
      }))}
    />
  )
}
