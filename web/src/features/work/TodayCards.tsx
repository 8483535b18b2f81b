import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { useCan } from '~/api/session.ts'
import { KINDS } from '~/shared/lib/followupWords.ts'
import { count } from '~/shared/lib/money.ts'
import type { TodaySearch } from './search.ts'
import styles from './TodayCards.module.css'
import type { Summary } from './TodayPage.tsx'

/** The numbers of the day; each card shows its part of the list. */
export function TodayCards({ summary, search }: { summary?: Summary; search: TodaySearch }) {
  const { t } = useTranslation()
  const can = useCan()
  const slips = summary ? summary.slips_to_answer + summary.slips_to_countersign + summary.slips_to_confirm : undefined

  function kindCard(kind: (typeof KINDS)[number] | undefined) {
    const part = kind ? summary?.by_kind.find((each) => each.kind === kind) : undefined
    const number = kind ? (part?.count ?? 0) : summary?.open
    const overdue = kind ? (part?.overdue ?? 0) : (summary?.overdue ?? 0)
    const current = search.kind === kind
    return (
      <li key={kind ?? 'all'}>
        <Link
          to="/today"
          search={{ ...search, kind }}
          replace
          className={`${styles.card} ${current ? styles.current : ''}`}
          aria-current={current ? 'true' : undefined}
        >
          <span className={styles.label}>{t(`work.card.${kind ?? 'all'}`)}</span>
          <span className={styles.value}>{summary ? count(number ?? 0) : '–'}</span>
          {overdue > 0 ? <Alarm words={t('work.cardOverdue', { count: overdue })} /> : null}
        </Link>
      </li>
    )
  }

  return (
    <>
      <ul className={styles.grid} aria-busy={!summary}>
        {kindCard(undefined)}
        {KINDS.map((kind) => kindCard(kind))}
        {can('slip.read') ? (
          <li>
            <Link to="/slips" search={{ mine: true }} className={styles.card}>
              <span className={styles.label}>{t('work.card.slips')}</span>
              <span className={styles.value}>{slips === undefined ? '–' : count(slips)}</span>
              {summary && summary.slips_overdue > 0 ? (
                <Alarm words={t('work.cardOverdue', { count: summary.slips_overdue })} />
              ) : null}
            </Link>
          </li>
        ) : null}
      </ul>
      {summary && (summary.unassigned > 0 || summary.incomplete_services > 0) ? (
        <p className={styles.notes}>
          {summary.unassigned > 0 && search.who !== 'unassigned' ? (
            <Link to="/today" search={{ ...search, who: 'unassigned' }}>
              {t('work.unassigned', { count: summary.unassigned })}
            </Link>
          ) : null}
          {summary.incomplete_services > 0 ? (
            <span className={styles.warn}>▲ {t('work.incomplete', { count: summary.incomplete_services })}</span>
          ) : null}
        </p>
      ) : null}
    </>
  )
}

function Alarm({ words }: { words: string }) {
  return (
    <span className={styles.alarm}>
      <span aria-hidden="true">■</span> {words}
    </span>
  )
}
