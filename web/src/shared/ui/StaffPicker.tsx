import { keepPreviousData } from '@tanstack/react-query'
import { Select } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { api } from '~/api/client.ts'
import { useDebounced } from '~/shared/lib/useDebounced.ts'

export interface StaffPickerProps {
  id?: string
  value?: string | null
  onChange?: (id: string | undefined) => void
  /** Only people who hold it, e.g. `slip.answer`. */
  permission?: string
  branchId?: string
  /** Name of the chosen person when the list does not hold them. */
  valueName?: string | null
  placeholder?: string
  disabled?: boolean
  allowClear?: boolean
  autoFocus?: boolean
  className?: string
  'aria-label'?: string
  'aria-required'?: boolean
}

/** Chooses a colleague by name; the server searches, also by pinyin. Fits an antd form. */
export function StaffPicker({ value, onChange, permission, branchId, valueName, ...rest }: StaffPickerProps) {
  const { t } = useTranslation()
  const [text, setText] = useState('')
  const q = useDebounced(text.trim(), 200)
  const found = api.useQuery(
    'get',
    '/api/v1/staff-options',
    { params: { query: { q: q || undefined, permission, branch_id: branchId } } },
    { placeholderData: keepPreviousData },
  )
  const options = (found.data ?? [])
    .filter((staff) => staff.active || staff.id === value)
    .map((staff) => ({ value: staff.id, name: staff.name, place: staff.team_name ?? staff.branch_name }))
  if (value && valueName && !options.some((option) => option.value === value))
    options.unshift({ value, name: valueName, place: '' })

  return (
    <Select
      {...rest}
      value={value ?? undefined}
      onChange={(id: string | undefined) => onChange?.(id)}
      showSearch={{ filterOption: false, onSearch: setText, searchValue: text }}
      loading={found.isFetching}
      placeholder={rest.placeholder ?? t('followup.chooseStaff')}
      notFoundContent={found.isFetching ? t('common.loading') : t('followup.noStaff')}
      onOpenChange={(open) => {
        if (!open) setText('')
      }}
      options={options.map((option) => ({
        value: option.value,
        label: option.place ? `${option.name} · ${option.place}` : option.name,
      }))}
    />
  )
}
