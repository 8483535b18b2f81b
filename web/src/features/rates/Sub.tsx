import { useTranslation } from 'react-i18next'
import { api } from '~/api/client.ts'
import { type Days, length } from './period.ts'
import type { RatesSearch } from './search.ts'

/** What is counted, in one line: period, branch, person. On paper it is all there is of the filters. */
export function Sub({ days, search }: { days: Days; search: RatesSearch }) {
  const { t } = useTranslation()
  const branches = api.useQuery(
    'get',
    '/api/v1/branches',
    {},
    { staleTime: 60_000, enabled: search.branch !== undefined },
  )
  const staff = api.useQuery(
    'get',
    '/api/v1/staff-options',
    { params: { query: {} } },
    { staleTime: 60_000, enabled: search.staff !== undefined },
  )
  const branch = search.branch ? branches.data?.find((each) => each.id === search.branch)?.name : t('rates.allBranches')
  const person = search.staff ? staff.data?.find((each) => each.id === search.staff)?.name : t('rates.allStaff')
  return [t('rates.sub', { ...days }), branch, person, t('rates.compared', { count: length(days) })]
    .filter(Boolean)
    .join(' · ')
}
