import { useTranslation } from 'react-i18next'
import { api } from '~/api/client.ts'
import { useCan } from '~/api/session.ts'
import type { NavKey } from './nav.tsx'
import styles from './Shell.module.css'

/** What is pressing behind an item of the navigation. Whoever has no Today sees on the slips how many wait for them. */
export function UrgentCount({ of }: { of: NavKey }) {
  const can = useCan()
  if (of === 'today') return <Overdue />
  return of === 'slips' && !can('followup.read') ? <SlipsWaiting /> : null
}

/** How many of my tasks, and of the slips that wait for me, are overdue. */
function Overdue() {
  const { t } = useTranslation()
  const query = { params: { query: { who: 'me' } } } as const
  const { data } = api.useQuery('get', '/api/v1/today/summary', query, { refetchInterval: 60_000 })
  const count = data ? data.overdue + data.slips_overdue : 0
  return <Count count={count} words={t('shell.urgent', { count })} />
}

function SlipsWaiting() {
  const { t } = useTranslation()
  const { data } = api.useQuery('get', '/api/v1/slips/waiting', {}, { refetchInterval: 60_000 })
  const count = data ? data.to_answer + data.to_countersign + data.to_confirm : 0
  return <Count count={count} words={t('shell.slipsWaiting', { count })} />
}

/** Nothing when there is none. */
function Count({ count, words }: { count: number; words: string }) {
  if (count === 0) return null
  return (
    <span className={styles.count} title={words}>
      <span aria-hidden="true">{count > 99 ? '99+' : count}</span>
      <span className="lk-sr">{words}</span>
    </span>
  )
}
