import { keepPreviousData } from '@tanstack/react-query'
import { Select } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { api } from '~/api/client.ts'
import { useDebounced } from '~/shared/lib/useDebounced.ts'

export interface StaffSelectProps {
  id?: string
  value?: string | null
  onChange?: (id: string | undefined) => void
  /** Only people who hold this permission. */
  permission?: string
  branchId?: string
  placeholder?: string
  /** Shown for a value that is not among the options (somebody who left). */
  currentName?: string | null
  allowClear?: boolean
  className?: string
  disabled?: boolean
  autoFocus?: boolean
  'aria-label'?: string
}

/** Chooses a colleague by name. */
export function StaffSelect(props: StaffSelectProps) {
  const { t } = useTranslation()
  const [text, setText] = useState('')
  const q = useDebounced(text.trim())
  const query = { q: q || undefined, permission: props.permission, branch_id: props.branchId }
  const found = api.useQuery(
    'get',
    '/api/v1/staff-options',
    { params: { query } },
    { staleTime: 60_000, placeholderData: keepPreviousData },
  )
  const options = (found.data ?? [])
    .filter((each) => each.active || each.id === props.value)
    .map((each) => ({
      value: each.id,
      label: [each.name, each.team_name ?? each.branch_name].join(' · '),
    }))
  if (props.value && props.currentName && !options.some((option) => option.value === props.value)) {
    options.unshift({ value: props.value, label: props.currentName })
  }
  return (
    <Select
      id={props.id}
      className={props.className}
      disabled={props.disabled}
      autoFocus={props.autoFocus}
      aria-label={props['aria-label']}
      value={props.value ?? undefined}
      onChange={(id: string | undefined) => props.onChange?.(id)}
      allowClear={props.allowClear ?? true}
      showSearch={{ filterOption: false, onSearch: setText }}
      loading={found.isFetching}
      notFoundContent={found.isFetching ? t('common.loading') : t('common.emptyFiltered')}
      placeholder={props.placeholder}
      options={options}
    />
  )
}
