import { keepPreviousData } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Segmented } from 'antd'
import { useTranslation } from 'react-i18next'
import { api } from '~/api/client.ts'
import type { components } from '~/api/schema.gen.ts'
import { money } from '~/shared/lib/money.ts'
import { moreOf, pages, rowsOf } from '~/shared/lib/pages.ts'
import { Card } from '~/shared/ui/Card.tsx'
import { DataTable, type TableColumn } from '~/shared/ui/DataTable.tsx'
import { EmptyBox } from '~/shared/ui/EmptyBox.tsx'
import { Loaded } from '~/shared/ui/Loaded.tsx'
import { TierBadge } from '~/shared/ui/TierBadge.tsx'
import styles from './Pyramid.module.css'
import { TIERS, type Tier } from './search.ts'
import { movement } from './shares.ts'

type Member = components['schemas']['TierMember']

export interface MembersProps {
  month?: string
  tier?: Tier
  onTier: (tier: Tier | undefined) => void
}

/** The customers of a tier, best first. */
export function Members({ month, tier, onTier }: MembersProps) {
  const { t } = useTranslation()
  const query = api.useInfiniteQuery(
    'get',
    '/api/v1/pyramid/customers',
    { params: { query: { month, tier } } },
    { ...pages, placeholderData: keepPreviousData },
  )
  const name = (row: Member) => (
    <Link to="/customers/$customerId" params={{ customerId: row.customer_id }} className={styles.name}>
      {row.name}
    </Link>
  )
  const columns: TableColumn<Member>[] = [
    { title: t('pyramid.column.rank'), dataIndex: 'rank', width: 88, align: 'right', className: 'lk-num' },
    {
      title: t('pyramid.column.customer'),
      render: (_, row) => (
        <span className={styles.customer}>
          <TierBadge tier={row.tier} />
          {name(row)}
          <span className="lk-muted lk-num">{row.number}</span>
        </span>
      ),
    },
    {
      title: t('pyramid.column.amount'),
      width: 168,
      align: 'right',
      className: 'lk-num',
      render: (_, row) => money(row.amount_fen),
    },
    { title: t('pyramid.column.orders'), dataIndex: 'orders', width: 96, align: 'right', className: 'lk-num' },
    { title: t('pyramid.column.movement'), width: 176, render: (_, row) => <Moved row={row} /> },
    { title: t('pyramid.column.branch'), dataIndex: 'branch_name', width: 200 },
  ]

  return (
    <div id="members" className={styles.members}>
      <Card
        flush
        title={tier ? t('pyramid.members.titleOf', { tier }) : t('pyramid.members.title')}
        extra={
          <Segmented
            aria-label={t('pyramid.members.tiers')}
            value={tier ?? ''}
            options={[
              { value: '', label: t('common.all') },
              ...TIERS.map((each) => ({ value: each, label: each, tooltip: t(`common.tier.${each}`) })),
            ]}
            onChange={(chosen) => onTier(TIERS.find((each) => each === chosen))}
          />
        }
      >
        <Loaded query={query} skeleton={<div className={styles.skeleton} />}>
          {(data) => (
            <DataTable<Member>
              label={tier ? t('pyramid.members.titleOf', { tier }) : t('pyramid.members.title')}
              rows={rowsOf(data)}
              rowKey={(row) => row.customer_id}
              columns={columns}
              more={moreOf(query)}
              minWidth={880}
              height={560}
              empty={<EmptyBox words={t('pyramid.members.empty')} />}
              card={(row) => (
                <div className={styles.card}>
                  <span className={styles.customer}>
                    <TierBadge tier={row.tier} />
                    {name(row)}
                    <span className={styles.amount}>{money(row.amount_fen)}</span>
                  </span>
                  <span className="lk-muted lk-small">
                    {[
                      t('pyramid.members.rank', { rank: row.rank }),
                      t('pyramid.members.orders', { count: row.orders }),
                      row.branch_name,
                    ].join(' · ')}
                  </span>
                  <Moved row={row} />
                </div>
              )}
            />
          )}
        </Loaded>
      </Card>
    </div>
  )
}

/** Against the month before: a mark, and words that say the same. */
function Moved({ row }: { row: Member }) {
  const { t } = useTranslation()
  const way = movement(row.tier, row.previous_tier)
  const before = row.previous_tier
  if (way === 'first' || !before)
    return <span className="lk-muted">{t(row.newcomer ? 'pyramid.members.newcomer' : 'pyramid.members.first')}</span>
  if (way === 'same') return <span className="lk-muted">{t('pyramid.members.same')}</span>
  const up = way === 'up'
  return (
    <span className={up ? styles.up : styles.down}>
      <span aria-hidden="true">
        {up ? '▲' : '▼'} {t(up ? 'pyramid.members.upShort' : 'pyramid.members.downShort', { tier: before })}
      </span>
      <span className="lk-sr">{t(up ? 'pyramid.members.up' : 'pyramid.members.down', { tier: before })}</span>
    </span>
  )
}
