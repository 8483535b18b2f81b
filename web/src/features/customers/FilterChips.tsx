import { CloseOutlined } from '@ant-design/icons'
import { Button } from 'antd'
import { useTranslation } from 'react-i18next'
import { api } from '~/api/client.ts'
import styles from './FilterChips.module.css'
import { type Chip, type CustomersSearch, chipsOf, withoutChip } from './search.ts'
import { sourceWords } from './words.ts'

export interface FilterChipsProps {
  search: CustomersSearch
  change: (search: CustomersSearch) => void
}

/** What the list is filtered by, each with a way to take it off. */
export function FilterChips({ search, change }: FilterChipsProps) {
  const { t } = useTranslation()
  const chips = chipsOf(search)
  const branches = api.useQuery('get', '/api/v1/branches', {}, { staleTime: 60_000, enabled: chips.includes('branch') })
  const staff = api.useQuery(
    'get',
    '/api/v1/staff-options',
    { params: { query: {} } },
    { staleTime: 60_000, enabled: chips.includes('owner') },
  )
  if (chips.length === 0) return null

  function words(chip: Chip): string {
    switch (chip) {
      case 'stage':
        return search.stage ? t(`customers.stage.${search.stage}`) : ''
      case 'personality':
        return search.personality ? t(`customers.personality.${search.personality}`) : ''
      case 'kind':
        return search.kind ? t(`customers.kind.${search.kind}`) : ''
      case 'branch':
        return branches.data?.find((branch) => branch.id === search.branch)?.name ?? t('customers.field.branch')
      case 'owner':
        return t('customers.chip.owner', {
          name: staff.data?.find((each) => each.id === search.owner)?.name ?? '…',
        })
      case 'tag':
        return t('customers.chip.tag', { tag: search.tag })
      case 'source':
        return t('customers.chip.source', { source: sourceWords(search.source ?? '') })
      case 'idle':
        return t('customers.chip.idle', { count: search.idle ?? 0 })
      case 'visited':
        return t('customers.chip.visited', { from: search.from ?? '…', to: search.to ?? '…' })
    }
  }

  return (
    <ul className={styles.chips} aria-label={t('customers.filter.active')}>
      {chips.map((chip) => (
        <li key={chip} className={styles.chip}>
          {words(chip)}
          <button
            type="button"
            className={styles.remove}
            aria-label={t('customers.filter.remove', { name: words(chip) })}
            onClick={() => change(withoutChip(search, chip))}
          >
            <CloseOutlined aria-hidden="true" />
          </button>
        </li>
      ))}
      <li>
        <Button type="link" size="small" onClick={() => change({ sort: search.sort })}>
          {t('common.reset')}
        </Button>
      </li>
    </ul>
  )
}
