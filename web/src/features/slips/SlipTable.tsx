import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { instantShort } from '~/shared/lib/dates.ts'
import { moreOf } from '~/shared/lib/pages.ts'
import { usePrefs } from '~/shared/lib/prefs.ts'
import { rowLink } from '~/shared/lib/rowKeys.ts'
import { DataTable, type TableColumn } from '~/shared/ui/DataTable.tsx'
import { DueBadge } from '~/shared/ui/DueBadge.tsx'
import { SlipStateTag } from '~/shared/ui/SlipStateTag.tsx'
import { TierBadge } from '~/shared/ui/TierBadge.tsx'
import type { SlipRow } from './SlipsPage.tsx'
import styles from './SlipTable.module.css'

export interface SlipTableProps {
  rows: SlipRow[]
  query: Parameters<typeof moreOf>[0]
}

export function SlipTable({ rows, query }: SlipTableProps) {
  const { t } = useTranslation()
  // Chinese words are half as long.
  const wide = usePrefs().language === 'en'
  const columns: TableColumn<SlipRow>[] = [
    { key: 'due', title: t('slips.column.due'), width: wide ? 196 : 176, render: (_, slip) => <Due slip={slip} /> },
    {
      key: 'customer',
      title: t('slips.column.customer'),
      width: 144,
      render: (_, slip) => (
        <span className={styles.customer}>
          <TierBadge tier={slip.tier} />
          <Link to="/customers/$customerId" params={{ customerId: slip.customer_id }} className={styles.name}>
            {slip.customer_name}
          </Link>
        </span>
      ),
    },
    {
      key: 'problem',
      title: t('slips.column.problem'),
      ellipsis: true,
      render: (_, slip) => <span title={slip.problem}>{slip.problem}</span>,
    },
    {
      key: 'state',
      title: t('slips.column.state'),
      width: wide ? 164 : 184,
      className: styles.nowrap,
      render: (_, slip) => (
        <>
          <SlipStateTag state={slip.state} />
          {slip.reopened_count > 0 ? (
            <span className={styles.again}>{t('slips.reopened', { count: slip.reopened_count })}</span>
          ) : null}
        </>
      ),
    },
    {
      key: 'responsible',
      title: t('slips.column.responsible'),
      width: wide ? 124 : 96,
      ellipsis: true,
      render: (_, slip) => slip.responsible_name ?? <span className="lk-muted">{t('slips.nobody')}</span>,
    },
    {
      key: 'raised',
      title: t('slips.column.raised'),
      width: 164,
      className: styles.nowrap,
      render: (_, slip) => (
        <span className="lk-muted lk-num">
          {instantShort(slip.raised_at)} {slip.raised_by_name}
        </span>
      ),
    },
    {
      key: 'act',
      title: <span className="lk-sr">{t('common.actions')}</span>,
      width: wide ? 144 : 104,
      align: 'right',
      render: (_, slip) => <Open slip={slip} />,
    },
  ]
  // Said only where it tells something.
  if (new Set(rows.map((slip) => slip.branch_name)).size > 1)
    columns.splice(-1, 0, {
      key: 'branch',
      title: t('slips.column.branch'),
      width: 100,
      ellipsis: true,
      render: (_, slip) => <span className="lk-muted">{slip.branch_name}</span>,
    })
  return (
    <DataTable
      label={t('slips.list')}
      rows={rows}
      rowKey={(slip) => slip.id}
      columns={columns}
      card={(slip) => <SlipCard slip={slip} />}
      more={moreOf(query)}
      minWidth={1120}
    />
  )
}

function Due({ slip }: { slip: SlipRow }) {
  const { t } = useTranslation()
  if (slip.state === 'closed')
    return <span className="lk-muted lk-num">{t('slips.closedAt', { time: instantShort(slip.closed_at) })}</span>
  return <DueBadge dueAt={slip.due_at} urgency={slip.urgency} />
}

/** The one action: what it is depends on whose turn it is. */
function Open({ slip }: { slip: SlipRow }) {
  const { t } = useTranslation()
  return (
    <Link
      to="/slips/$slipId"
      params={{ slipId: slip.id }}
      className={`${styles.open} ${slip.awaits_me ? styles.mine : ''}`}
      {...rowLink}
    >
      {t(slip.awaits_me ? `slips.open.${slip.state}` : 'slips.open.closed')}
      <span className="lk-sr">
        {slip.number} {slip.customer_name}
      </span>
    </Link>
  )
}

function SlipCard({ slip }: { slip: SlipRow }) {
  const { t } = useTranslation()
  return (
    <Link to="/slips/$slipId" params={{ slipId: slip.id }} className={styles.card} {...rowLink}>
      <span className={styles.cardHead}>
        <TierBadge tier={slip.tier} />
        <span className={styles.cardName}>{slip.customer_name}</span>
        <Due slip={slip} />
      </span>
      <span>{slip.problem}</span>
      <span className={styles.cardMeta}>
        <SlipStateTag state={slip.state} />
        {slip.awaits_me ? <strong>{t('slips.awaitsMe')}</strong> : null}
        <span>{slip.responsible_name ?? t('slips.nobody')}</span>
        <span>{slip.number}</span>
      </span>
    </Link>
  )
}
