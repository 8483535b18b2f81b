import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { api } from '~/api/client.ts'
import type { components } from '~/api/schema.gen.ts'
import { instantShort } from '~/shared/lib/dates.ts'
import { outcomeWords, reasonWords } from '~/shared/lib/followupWords.ts'
import { mark } from '~/shared/lib/ratio.ts'
import { Card } from '~/shared/ui/Card.tsx'
import { DueBadge } from '~/shared/ui/DueBadge.tsx'
import { Loaded } from '~/shared/ui/Loaded.tsx'
import { SlipStateTag } from '~/shared/ui/SlipStateTag.tsx'
import styles from './customer-panel.module.css'
import { NewTask } from './NewTask.tsx'
import { TaskMenu } from './TaskMenu.tsx'

type Followup = components['schemas']['CustomerFollowup']

/** Follow-ups and feedback of one customer, for the customer's page. */
export function CustomerFollowupPanel({ customerId }: { customerId: string }) {
  const { t } = useTranslation()
  const query = api.useQuery('get', '/api/v1/customers/{id}/followup', { params: { path: { id: customerId } } })
  return (
    <Card title={t('followup.panel.title')} extra={<NewTask size="small" customerId={customerId} />}>
      <Loaded query={query} skeleton={4}>
        {(data) => <Panel data={data} />}
      </Loaded>
    </Card>
  )
}

function Panel({ data }: { data: Followup }) {
  const { t } = useTranslation()
  const last = data.last_attempt
  return (
    <div className={styles.panel}>
      <div className={styles.marks}>
        <div>
          <div className={styles.label}>{t('followup.panel.satisfaction')}</div>
          {data.satisfaction_n > 0 ? (
            <>
              <span className={styles.mark}>{mark(data.satisfaction_x100)}</span>{' '}
              <span className="lk-muted lk-small">
                {t('followup.panel.outOf')} · {t('followup.panel.basedOn', { count: data.satisfaction_n })}
              </span>
            </>
          ) : (
            <span className="lk-muted">{t('followup.panel.notYet')}</span>
          )}
        </div>
        <div>
          <div className={styles.label}>{t('followup.panel.lastAttempt')}</div>
          {last ? (
            <span>
              <span className="lk-num">{instantShort(last.at)}</span> {outcomeWords(last.outcome)}
              <span className="lk-muted"> · {last.staff_name}</span>
            </span>
          ) : (
            <span className="lk-muted">{t('followup.panel.never')}</span>
          )}
        </div>
      </div>

      <h3 className={styles.label}>{t('followup.panel.tasks')}</h3>
      {data.open_tasks.length === 0 ? <p className={styles.none}>{t('followup.panel.noTasks')}</p> : null}
      <ul className={styles.list}>
        {data.open_tasks.map((task) => (
          <li key={task.id} className={styles.item}>
            <div className={styles.grow}>
              <Link to="/tasks/$taskId" params={{ taskId: task.id }}>
                {task.purpose}
              </Link>
              <div className="lk-muted lk-small">
                {reasonWords(t, task)} · {task.assignee_name ?? t('followup.unassigned')}
              </div>
            </div>
            <DueBadge dueAt={task.due_at} urgency={task.urgency} />
            <TaskMenu task={task} />
          </li>
        ))}
      </ul>

      <h3 className={styles.label}>{t('followup.panel.slips')}</h3>
      {data.open_slips.length === 0 ? <p className={styles.none}>{t('followup.panel.noSlips')}</p> : null}
      <ul className={styles.list}>
        {data.open_slips.map((slip) => (
          <li key={slip.id} className={styles.item}>
            <div className={styles.grow}>
              <Link to="/slips/$slipId" params={{ slipId: slip.id }}>
                {slip.problem}
              </Link>
              <div className="lk-muted lk-small">
                {slip.number} · {slip.responsible_name ?? t('followup.unassigned')}
              </div>
            </div>
            <SlipStateTag state={slip.state} />
          </li>
        ))}
      </ul>
    </div>
  )
}
