import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { useCan } from '~/api/session.ts'
import { EmptyBox } from '~/shared/ui/EmptyBox.tsx'
import styles from './TodayPage.module.css'
import type { Summary } from './TodayPage.tsx'

/** Nothing to do: praise for what was done, and the next useful thing. */
export function TodayEmpty({ filtered, summary }: { filtered: boolean; summary?: Summary }) {
  const { t } = useTranslation()
  const can = useCan()
  if (filtered)
    return (
      <EmptyBox words={t('work.empty.filtered')}>
        <Link to="/today">{t('common.reset')}</Link>
      </EmptyBox>
    )
  const slips = summary ? summary.slips_to_answer + summary.slips_to_countersign : 0
  const unassigned = summary?.unassigned ?? 0
  const done = summary?.done_today ?? 0
  return (
    <EmptyBox words={done > 0 ? t('work.empty.praise', { count: done }) : t('work.empty.nothing')}>
      <span className={styles.next}>
        {unassigned > 0 ? (
          <Link to="/today" search={{ who: 'unassigned' }}>
            {t('work.empty.claim', { count: unassigned })}
          </Link>
        ) : null}
        {slips > 0 && can('slip.read') ? (
          <Link to="/slips" search={{ mine: true }}>
            {t('work.empty.slips', { count: slips })}
          </Link>
        ) : null}
        {unassigned === 0 && slips === 0 && can('followup.plan') ? (
          <Link to="/plans">{t('work.empty.plans')}</Link>
        ) : null}
        {can('customer.read') ? <Link to="/customers">{t('work.empty.customers')}</Link> : null}
      </span>
    </EmptyBox>
  )
}
