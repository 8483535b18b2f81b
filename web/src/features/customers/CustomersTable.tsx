import { BankOutlined } from '@ant-design/icons'
import { Link } from '@tanstack/react-router'
import { Tag } from 'antd'
import { useTranslation } from 'react-i18next'
import type { components } from '~/api/schema.gen.ts'
import { day, instantShort } from '~/shared/lib/dates.ts'
import { count, moneyShort } from '~/shared/lib/money.ts'
import { rowLink } from '~/shared/lib/rowKeys.ts'
import { DataTable, type More, type TableColumn } from '~/shared/ui/DataTable.tsx'
import { TierBadge } from '~/shared/ui/TierBadge.tsx'
import styles from './CustomersTable.module.css'
import type { Column } from './columns.ts'
import { DoNotCall } from './DoNotCall.tsx'
import { stageWords } from './words.ts'

export type CustomerRow = components['schemas']['CustomerRow']

export interface CustomersTableProps {
  rows: CustomerRow[]
  columns: Column[]
  more: More
}

/** Customers, one a row; the name is the link and where `j` and `k` go. */
export function CustomersTable({ rows, columns, more }: CustomersTableProps) {
  const { t } = useTranslation()

  const shown: Record<Column, Omit<TableColumn<CustomerRow>, 'title'>> = {
    tier: { width: 68, render: (_, row) => <TierBadge tier={row.tier} /> },
    phone: {
      width: 196,
      className: 'lk-num',
      render: (_, row) => (
        <span className={styles.phone}>
          {row.phone_masked ?? <span className="lk-muted">{t('common.phone.none')}</span>}
          {row.do_not_call ? <DoNotCall short /> : null}
        </span>
      ),
    },
    asset: {
      width: 216,
      render: (_, row) => (
        <span className={styles.asset} title={row.asset_line ?? undefined}>
          <span className={styles.cut}>{row.asset_line ?? '—'}</span>
          {row.asset_count > 1 ? (
            <span className={styles.extra} title={t('customers.moreAssets', { count: row.asset_count })}>
              +{row.asset_count - 1}
            </span>
          ) : null}
        </span>
      ),
    },
    stage: { width: 96, render: (_, row) => stageWords(row.stage) },
    lastVisit: { width: 124, className: 'lk-num', render: (_, row) => day(row.last_visit_on) },
    lastContact: { width: 136, className: 'lk-num', render: (_, row) => instantShort(row.last_contact_at) },
    visits: { width: 92, align: 'right', className: 'lk-num', render: (_, row) => count(row.visit_count) },
    orders: { width: 92, align: 'right', className: 'lk-num', render: (_, row) => count(row.order_count) },
    revenue: { width: 128, align: 'right', className: 'lk-num', render: (_, row) => moneyShort(row.revenue_fen) },
    tags: {
      width: 180,
      render: (_, row) => (
        <span className={styles.tags}>
          {row.tags.slice(0, 3).map((tag) => (
            <Tag key={tag}>{tag}</Tag>
          ))}
          {row.tags.length > 3 ? <span className="lk-muted">+{row.tags.length - 3}</span> : null}
        </span>
      ),
    },
    owner: {
      width: 108,
      ellipsis: true,
      render: (_, row) => row.owner_name ?? <span className="lk-muted">{t('customers.noOwner')}</span>,
    },
    branch: { width: 148, ellipsis: true, render: (_, row) => row.branch_name },
  }
  const column = (key: Column) => ({ key, title: t(`customers.column.${key}`), ...shown[key] })
  const chosen: TableColumn<CustomerRow>[] = [
    ...columns.filter((key) => key === 'tier').map(column),
    {
      key: 'name',
      title: t('customers.column.name'),
      width: 224,
      render: (_, row) => (
        <span className={styles.who}>
          <Link
            to="/customers/$customerId"
            params={{ customerId: row.id }}
            className={styles.name}
            title={row.name}
            {...rowLink}
          >
            {row.name}
          </Link>
          {row.kind === 'organisation' ? (
            <BankOutlined className="lk-muted" title={t('customers.kind.organisation')} />
          ) : null}
          <span className={styles.number}>{row.number}</span>
        </span>
      ),
    },
    ...columns.filter((key) => key !== 'tier').map(column),
  ]

  return (
    <DataTable<CustomerRow>
      label={t('customers.title')}
      rows={rows}
      rowKey={(row) => row.id}
      columns={chosen}
      card={(row) => <CustomerCard row={row} />}
      more={more}
      minWidth={chosen.reduce((sum, each) => sum + (typeof each.width === 'number' ? each.width : 0), 0)}
    />
  )
}

/** The same row under 820 px: all of it opens the customer. */
function CustomerCard({ row }: { row: CustomerRow }) {
  const { t } = useTranslation()
  const visit = row.last_visit_on ? t('customers.card.lastVisit', { day: row.last_visit_on }) : t('customers.never')
  return (
    <Link to="/customers/$customerId" params={{ customerId: row.id }} className={styles.card} {...rowLink}>
      <span className={styles.cardHead}>
        <TierBadge tier={row.tier} />
        <span className={styles.cardName}>{row.name}</span>
        <span className="lk-num">{moneyShort(row.revenue_fen)}</span>
      </span>
      <span className={styles.cardLine}>
        {row.phone_masked ?? t('common.phone.none')}
        {row.do_not_call ? <DoNotCall short /> : null}
      </span>
      {row.asset_line ? <span className={styles.cardLine}>{row.asset_line}</span> : null}
      <span className={styles.cardLine}>{[visit, row.owner_name ?? t('customers.noOwner')].join(' · ')}</span>
    </Link>
  )
}
