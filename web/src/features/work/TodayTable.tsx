import { MessageOutlined, PhoneOutlined } from '@ant-design/icons'
import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { channelWords, outcomeWords, reasonWords } from '~/shared/lib/followupWords.ts'
import { windowsWords, windowWords } from '~/shared/lib/moments.ts'
import { moreOf } from '~/shared/lib/pages.ts'
import { usePrefs } from '~/shared/lib/prefs.ts'
import { rowLink } from '~/shared/lib/rowKeys.ts'
import { DataTable, type TableColumn } from '~/shared/ui/DataTable.tsx'
import { DueBadge } from '~/shared/ui/DueBadge.tsx'
import { TierBadge } from '~/shared/ui/TierBadge.tsx'
import type { TaskRow } from './TodayPage.tsx'
import styles from './TodayTable.module.css'

export interface TodayTableProps {
  rows: TaskRow[]
  query: Parameters<typeof moreOf>[0]
  menu: (task: TaskRow) => ReactNode
}

/** The rows of the day: why it is urgent first, the one action last. */
export function TodayTable({ rows, query, menu }: TodayTableProps) {
  const { t } = useTranslation()
  // Chinese words are half as long.
  const wide = usePrefs().language === 'en'
  const columns: TableColumn<TaskRow>[] = [
    {
      key: 'due',
      title: t('work.column.due'),
      width: 178,
      render: (_, task) => <DueBadge dueAt={task.due_at} urgency={task.urgency} />,
    },
    {
      key: 'customer',
      title: t('work.column.customer'),
      width: 132,
      render: (_, task) => (
        <span className={styles.customer}>
          <TierBadge tier={task.tier} />
          <Link to="/customers/$customerId" params={{ customerId: task.customer_id }} className={styles.name}>
            {task.customer_name}
          </Link>
        </span>
      ),
    },
    {
      key: 'matter',
      title: t('work.column.matter'),
      ellipsis: true,
      render: (_, task) => (
        <>
          <span className={styles.kind}>{t(`followup.kindShort.${task.kind}`)}</span>
          <span title={task.purpose}>{task.purpose}</span>
        </>
      ),
    },
    {
      key: 'reason',
      title: t('work.column.reason'),
      width: wide ? 140 : 124,
      render: (_, task) => <Reason task={task} />,
    },
    {
      key: 'asset',
      title: t('work.column.asset'),
      width: wide ? 140 : 156,
      ellipsis: true,
      render: (_, task) => (
        <span className="lk-muted" title={task.asset_line ?? undefined}>
          {task.asset_line ?? '—'}
        </span>
      ),
    },
    {
      key: 'channel',
      title: t('work.column.channel'),
      width: wide ? 92 : 62,
      className: styles.nowrap,
      render: (_, task) => channelWords(task.channel),
    },
    {
      key: 'windows',
      title: t('work.column.windows'),
      width: 124,
      render: (_, task) => <Hours task={task} />,
    },
    {
      key: 'owner',
      title: t('work.column.owner'),
      width: wide ? 92 : 80,
      ellipsis: true,
      render: (_, task) => task.assignee_name ?? <span className="lk-muted">{t('followup.unassigned')}</span>,
    },
    {
      key: 'act',
      title: <span className="lk-sr">{t('common.actions')}</span>,
      width: 124,
      align: 'right',
      render: (_, task) => (
        <span className={styles.acts}>
          <Open task={task} />
          {menu(task)}
        </span>
      ),
    },
  ]
  return (
    <DataTable
      label={t('work.list')}
      rows={rows}
      rowKey={(task) => task.id}
      columns={columns}
      card={(task) => <TaskCard task={task} />}
      more={moreOf(query)}
      minWidth={1120}
    />
  )
}

/** When the customer may be contacted; what the customer asked for stands out. */
function Hours({ task }: { task: TaskRow }) {
  const { t } = useTranslation()
  if (task.windows.length === 0) return <span className="lk-muted">{t('work.anyTime')}</span>
  const classes = [styles.two, styles.hours, task.own_window ? '' : 'lk-muted']
  const last = task.windows.length - 1
  return (
    <span
      className={classes.filter(Boolean).join(' ')}
      title={task.own_window ? t('callsheet.customer.ownWindow') : undefined}
    >
      {task.windows.map((window, index) => (
        <span key={window.from}>
          {windowWords(window)}
          {index < last ? t('common.comma') : null}
        </span>
      ))}
    </span>
  )
}

/** Why today, and how often it was tried. */
function Reason({ task }: { task: TaskRow }) {
  const { t } = useTranslation()
  return (
    <span className={styles.two}>
      {reasonWords(t, task)}{' '}
      {task.attempt_count > 0 ? (
        <span
          className={styles.tries}
          title={task.last_outcome ? t('followup.last', { outcome: outcomeWords(task.last_outcome) }) : undefined}
        >
          {t('followup.nth', { n: task.attempt_count + 1 })}
        </span>
      ) : null}
    </span>
  )
}

/** The one action of a row: the call sheet. A real link, and where `j` and `k` go. */
function Open({ task }: { task: TaskRow }) {
  const { t } = useTranslation()
  const call = task.channel === 'phone'
  return (
    <Link to="/tasks/$taskId" params={{ taskId: task.id }} className={styles.open} {...rowLink}>
      {call ? <PhoneOutlined aria-hidden="true" /> : <MessageOutlined aria-hidden="true" />}
      {t(call ? 'work.call' : 'work.handle')}
      <span className="lk-sr">
        {task.customer_name} {task.purpose}
      </span>
    </Link>
  )
}

/** The same row under 820 px: all of it opens the call sheet. */
function TaskCard({ task }: { task: TaskRow }) {
  const { t } = useTranslation()
  const meta = [
    t(`followup.kindShort.${task.kind}`),
    channelWords(task.channel),
    reasonWords(t, task),
    task.attempt_count > 0 ? t('followup.nth', { n: task.attempt_count + 1 }) : undefined,
    task.own_window && task.windows.length > 0 ? windowsWords(t, task.windows) : undefined,
    task.assignee_name ?? t('followup.unassigned'),
  ]
  return (
    <Link to="/tasks/$taskId" params={{ taskId: task.id }} className={styles.card} {...rowLink}>
      <span className={styles.cardHead}>
        <TierBadge tier={task.tier} />
        <span className={styles.cardName}>{task.customer_name}</span>
        <DueBadge dueAt={task.due_at} urgency={task.urgency} />
      </span>
      <span className={styles.cardMatter}>{task.purpose}</span>
      <span className={styles.cardMeta}>{meta.filter(Boolean).join(' · ')}</span>
      {task.asset_line ? <span className={styles.cardMeta}>{task.asset_line}</span> : null}
    </Link>
  )
}
