import { Button, Switch } from 'antd'
import { useTranslation } from 'react-i18next'
import { instantShort } from '~/shared/lib/dates.ts'
import { channelWords } from '~/shared/lib/followupWords.ts'
import { count } from '~/shared/lib/money.ts'
import { rowLink } from '~/shared/lib/rowKeys.ts'
import { DataTable, type TableColumn } from '~/shared/ui/DataTable.tsx'
import type { PlanView } from './PlansPage.tsx'
import styles from './PlansTable.module.css'
import { usePause } from './usePause.ts'

export interface PlansTableProps {
  plans: PlanView[]
  /** Whether this person may change plans. */
  may: boolean
  edit: (id: string) => void
}

export function PlansTable({ plans, may, edit }: PlansTableProps) {
  const { t } = useTranslation()
  const columns: TableColumn<PlanView>[] = [
    {
      key: 'name',
      title: t('plans.column.name'),
      render: (_, plan) => (
        <div className={plan.active ? undefined : 'lk-muted'}>
          <div className="lk-strong">{plan.name}</div>
          <div className="lk-muted lk-small">
            {t(`followup.kindFull.${plan.kind}`)} · {plan.purpose}
          </div>
        </div>
      ),
    },
    { key: 'trigger', title: t('plans.column.trigger'), width: 200, render: (_, plan) => <Trigger plan={plan} /> },
    { key: 'channel', title: t('plans.column.channel'), width: 80, render: (_, plan) => channelWords(plan.channel) },
    {
      key: 'due',
      title: t('plans.column.due'),
      width: 100,
      render: (_, plan) => t('common.hour', { count: plan.due_hours }),
    },
    {
      key: 'branch',
      title: t('plans.column.branch'),
      width: 130,
      ellipsis: true,
      render: (_, plan) => plan.branch_name ?? t('plans.allBranches'),
    },
    {
      key: 'open',
      title: t('plans.column.open'),
      width: 76,
      align: 'right',
      className: 'lk-num',
      render: (_, plan) => count(plan.open_tasks),
    },
    {
      key: 'last',
      title: t('plans.column.lastRun'),
      width: 128,
      className: 'lk-num',
      render: (_, plan) => (plan.last_run_at ? instantShort(plan.last_run_at) : t('plans.never')),
    },
    {
      key: 'active',
      title: t('plans.column.active'),
      width: 132,
      render: (_, plan) => <Active plan={plan} may={may} />,
    },
  ]
  if (may)
    columns.push({
      key: 'act',
      title: <span className="lk-sr">{t('common.actions')}</span>,
      width: 88,
      align: 'right',
      render: (_, plan) => (
        <Button size="small" onClick={() => edit(plan.id)} {...rowLink}>
          {t('common.edit')}
          <span className="lk-sr"> {plan.name}</span>
        </Button>
      ),
    })
  return (
    <DataTable
      label={t('plans.list')}
      rows={plans}
      rowKey={(plan) => plan.id}
      columns={columns}
      card={(plan) => <PlanCard plan={plan} may={may} edit={edit} />}
      minWidth={1080}
    />
  )
}

function Trigger({ plan }: { plan: PlanView }) {
  const { t } = useTranslation()
  return (
    <>
      {t(`plans.trigger.${plan.trigger}`, { count: plan.days })}
      {plan.category ? <span className="lk-muted"> · {t('plans.category', { category: plan.category })}</span> : null}
    </>
  )
}

/** Running or paused, in words beside the switch. */
function Active({ plan, may }: { plan: PlanView; may: boolean }) {
  const { t } = useTranslation()
  const { toggle, pending } = usePause(plan)
  return (
    <span className={styles.active}>
      {may ? (
        <Switch
          size="small"
          checked={plan.active}
          loading={pending}
          aria-label={t('plans.switch', { name: plan.name })}
          onChange={toggle}
        />
      ) : null}
      <span className={plan.active ? styles.on : 'lk-muted'}>{t(plan.active ? 'plans.on' : 'plans.paused')}</span>
    </span>
  )
}

function PlanCard({ plan, may, edit }: { plan: PlanView; may: boolean; edit: (id: string) => void }) {
  const { t } = useTranslation()
  return (
    <div className={styles.card}>
      <div className={styles.head}>
        <span className="lk-strong">{plan.name}</span>
        <Active plan={plan} may={may} />
      </div>
      <div>
        <Trigger plan={plan} />
      </div>
      <div className="lk-muted lk-small">
        {[
          t(`followup.kindFull.${plan.kind}`),
          channelWords(plan.channel),
          t('common.hour', { count: plan.due_hours }),
          plan.branch_name ?? t('plans.allBranches'),
          `${t('plans.column.open')} ${count(plan.open_tasks)}`,
        ].join(' · ')}
      </div>
      {may ? <Button onClick={() => edit(plan.id)}>{t('common.edit')}</Button> : null}
    </div>
  )
}
