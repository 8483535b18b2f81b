import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { instantShort, today } from '~/shared/lib/dates.ts'
import { outcomeWords, scoresWords } from '~/shared/lib/followupWords.ts'
import { moneyShort } from '~/shared/lib/money.ts'
import { SlipStateTag } from '~/shared/ui/SlipStateTag.tsx'
import styles from './Past.module.css'
import sheet from './Sheet.module.css'
import type { SheetView } from './useSheet.ts'

/** What was before: slips still open, earlier tries of this follow-up, the customer's history. */
export function Past({ view }: { view: SheetView }) {
  const { t } = useTranslation()
  return (
    <div className={styles.card}>
      {view.open_slips.length > 0 ? (
        <section className={sheet.section} aria-labelledby="sheet-slips">
          <h2 id="sheet-slips" className={`${sheet.heading} ${sheet.alarm}`}>
            {t('callsheet.history.slips')}
          </h2>
          <ul className={styles.list}>
            {view.open_slips.map((slip) => (
              <li key={slip.id} className={styles.item}>
                <Link to="/slips/$slipId" params={{ slipId: slip.id }}>
                  {slip.problem}
                </Link>
                <div className={styles.meta}>
                  <SlipStateTag state={slip.state} /> {slip.responsible_name}
                </div>
              </li>
            ))}
          </ul>
        </section>
      ) : null}

      <section className={sheet.section} aria-labelledby="sheet-attempts">
        <h2 id="sheet-attempts" className={sheet.heading}>
          {t('callsheet.history.attempts')}
        </h2>
        {view.attempts.length === 0 ? <p className={styles.meta}>{t('callsheet.history.noAttempts')}</p> : null}
        <ul className={styles.list}>
          {view.attempts.map((attempt) => (
            <li key={attempt.at} className={styles.item}>
              <span className={styles.top}>
                <span>{outcomeWords(attempt.outcome)}</span>
                <time className={styles.time}>{instantShort(attempt.at)}</time>
              </span>
              <div className={styles.meta}>
                {attempt.staff_name}
                {attempt.note ? ` · ${attempt.note}` : ''}
                {attempt.next_at ? ` · ${t('callsheet.history.next', { time: instantShort(attempt.next_at) })}` : ''}
              </div>
            </li>
          ))}
        </ul>
      </section>

      <section className={sheet.section} aria-labelledby="sheet-history">
        <h2 id="sheet-history" className={sheet.heading}>
          {t('callsheet.history.title')}
        </h2>
        {view.history.length === 0 ? <p className={styles.meta}>{t('callsheet.history.none')}</p> : null}
        <ol className={styles.list}>
          {view.history.map((entry) => (
            <li key={entry.id} className={styles.item}>
              <span className={styles.top}>
                <span className={`${styles.kind} ${styles[entry.kind]}`}>
                  {t(`callsheet.history.kind.${entry.kind}`)}
                </span>
                <time className={styles.time}>{today(entry.at)}</time>
              </span>
              <div>
                {entry.title}
                {typeof entry.amount_fen === 'number' ? ` ${moneyShort(entry.amount_fen)}` : ''}
              </div>
              {entry.text ? <div className={styles.text}>{entry.text}</div> : null}
              <div className={styles.meta}>
                {[entry.scores ? scoresWords(t, entry.scores) : '', entry.staff_name].filter(Boolean).join(' · ')}
              </div>
            </li>
          ))}
        </ol>
      </section>
    </div>
  )
}
