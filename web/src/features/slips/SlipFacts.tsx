import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { useCan } from '~/api/session.ts'
import { instant } from '~/shared/lib/dates.ts'
import { FACTORS } from '~/shared/lib/followupWords.ts'
import { Card } from '~/shared/ui/Card.tsx'
import styles from './SlipFacts.module.css'
import type { SlipView } from './SlipPage.tsx'

/** The problem, the marks that led to it, and the answer. */
export function SlipFacts({ slip }: { slip: SlipView }) {
  const { t } = useTranslation()
  const can = useCan()
  const { row } = slip
  const facts: [string, string][] = [
    [t('slips.detail.raisedBy'), `${row.raised_by_name} · ${instant(row.raised_at)}`],
    [t('slips.detail.responsible'), row.responsible_name ?? t('slips.nobody')],
    [t('slips.detail.dueAt'), instant(row.due_at)],
  ]
  if (slip.asset_line) facts.push([t('slips.detail.asset'), slip.asset_line])
  if (slip.phone_masked) facts.push([t('slips.detail.phone'), slip.phone_masked])
  const scored = FACTORS.filter((factor) => typeof slip.scores[factor] === 'number')
  return (
    <Card
      title={t('slips.detail.problem')}
      extra={
        slip.task_id && can('followup.read') ? (
          <Link to="/tasks/$taskId" params={{ taskId: slip.task_id }}>
            {t('slips.detail.fromTask')}
          </Link>
        ) : undefined
      }
    >
      <p className={styles.problem}>{row.problem}</p>
      {scored.length > 0 ? (
        <ul className={styles.scores} aria-label={t('slips.detail.scores')}>
          {scored.map((factor) => {
            const score = slip.scores[factor] ?? 0
            return (
              <li key={factor} className={score <= 2 ? styles.low : undefined}>
                {score <= 2 ? <span aria-hidden="true">▼ </span> : null}
                {t(`followup.factor.${factor}.name`)} <b>{score}</b>
              </li>
            )
          })}
        </ul>
      ) : null}
      <dl className={styles.facts}>
        {facts.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      <h3 className={styles.heading}>{t('slips.detail.answer')}</h3>
      <p className={slip.answer ? styles.answer : styles.none}>{slip.answer ?? t('slips.detail.noAnswer')}</p>
    </Card>
  )
}
