import { keepPreviousData } from '@tanstack/react-query'
import { getRouteApi, Link } from '@tanstack/react-router'
import { Button } from 'antd'
import { useRef } from 'react'
import { useTranslation } from 'react-i18next'
import { api } from '~/api/client.ts'
import { instant } from '~/shared/lib/dates.ts'
import { moneyShort } from '~/shared/lib/money.ts'
import { moreOf, pages, rowsOf } from '~/shared/lib/pages.ts'
import { usePrefs } from '~/shared/lib/prefs.ts'
import { rowLink, useRowKeys } from '~/shared/lib/rowKeys.ts'
import { Card } from '~/shared/ui/Card.tsx'
import { DataTable, type TableColumn } from '~/shared/ui/DataTable.tsx'
import { EmptyBox } from '~/shared/ui/EmptyBox.tsx'
import { FormDrawer } from '~/shared/ui/FormDrawer.tsx'
import { Loaded } from '~/shared/ui/Loaded.tsx'
import { PageHeader } from '~/shared/ui/PageHeader.tsx'
import { ArchiveTabs } from './ArchiveTabs.tsx'
import type { ServiceView } from './recordForms.ts'
import { SearchBox } from './SearchBox.tsx'
import { ServiceDetail } from './ServiceDetail.tsx'
import styles from './ServicesPage.module.css'

const route = getRouteApi('/_app/customers/services')

/** Service history (维修历史) in one step: a plate, the end of a VIN or a number, and there it is. */
export function ServicesPage() {
  const { t } = useTranslation()
  const search = route.useSearch()
  const navigate = route.useNavigate()
  const box = useRef<HTMLDivElement>(null)
  const list = api.useInfiniteQuery(
    'get',
    '/api/v1/service-records',
    { params: { query: { q: search.q } } },
    { ...pages, placeholderData: keepPreviousData },
  )
  const record = api.useQuery(
    'get',
    '/api/v1/service-records/{id}',
    { params: { path: { id: search.id ?? '' } } },
    { enabled: search.id !== undefined },
  )
  useRowKeys(box)

  return (
    <>
      <PageHeader title={t('records.service.title')} sub={t('records.service.sub')} />
      <ArchiveTabs />
      <Card flush>
        <search className="lk-toolbar">
          <SearchBox
            className={styles.search}
            autoFocus={search.q === undefined}
            value={search.q}
            placeholder={t('records.service.searchPlaceholder')}
            onSearch={(q) => void navigate({ search: { q }, replace: true })}
          />
        </search>
        <div ref={box}>
          <Loaded
            query={list}
            skeleton={10}
            isEmpty={(data) => rowsOf(data).length === 0}
            empty={
              <EmptyBox words={search.q ? t('records.service.nothing', { q: search.q }) : t('records.service.empty')}>
                {search.q ? (
                  <Button onClick={() => void navigate({ search: {}, replace: true })}>{t('common.reset')}</Button>
                ) : null}
              </EmptyBox>
            }
          >
            {(data) => <Records rows={rowsOf(data)} more={moreOf(list)} />}
          </Loaded>
        </div>
      </Card>
      <FormDrawer
        open={search.id !== undefined}
        close={() => void navigate({ search: { q: search.q } })}
        title={record.data ? t('records.service.detailTitle', { number: record.data.number }) : ' '}
      >
        <Loaded query={record} skeleton={8}>
          {(stored) => <ServiceDetail record={stored} />}
        </Loaded>
      </FormDrawer>
    </>
  )
}

function Records({ rows, more }: { rows: ServiceView[]; more: ReturnType<typeof moreOf> }) {
  const { t } = useTranslation()
  const open = (row: ServiceView) => ({
    to: '/customers/services' as const,
    search: (old: { q?: string }) => ({ q: old.q, id: row.id }),
  })
  const status = (row: ServiceView) => (
    <span className={row.status === 'open' ? styles.open : styles.closed}>
      <span aria-hidden="true">{row.status === 'open' ? '○' : '●'}</span> {t(`records.service.status.${row.status}`)}
    </span>
  )
  const people = (row: ServiceView) => [row.advisor_name, row.technician_name].filter(Boolean).join(' / ')
  // Chinese words are half as long.
  const wide = usePrefs().language === 'en'
  const columns: TableColumn<ServiceView>[] = [
    { title: t('common.status'), width: wide ? 132 : 108, render: (_, row) => status(row) },
    {
      title: t('records.service.number'),
      width: 196,
      render: (_, row) => (
        <Link {...open(row)} from="/" className="lk-strong lk-num" resetScroll={false} {...rowLink}>
          {row.number}
        </Link>
      ),
    },
    {
      title: t('records.service.field.opened_at'),
      width: 164,
      className: 'lk-num',
      render: (_, row) => instant(row.opened_at),
    },
    {
      title: t('records.service.customer'),
      width: 116,
      ellipsis: true,
      render: (_, row) => (
        <Link to="/customers/$customerId" params={{ customerId: row.customer_id }}>
          {row.customer_name}
        </Link>
      ),
    },
    {
      title: t('records.service.field.asset_id'),
      width: wide ? 176 : 164,
      ellipsis: true,
      render: (_, row) => <span className="lk-muted">{row.asset_line ?? '—'}</span>,
    },
    {
      title: t('records.service.field.work'),
      ellipsis: true,
      render: (_, row) => [row.category, row.work].filter(Boolean).join(' · ') || '—',
    },
    {
      title: t('records.service.people'),
      width: wide ? 168 : 128,
      ellipsis: true,
      render: (_, row) => people(row) || '—',
    },
    {
      title: t('records.service.field.revenue'),
      width: 96,
      align: 'right',
      className: 'lk-num',
      render: (_, row) => moneyShort(row.revenue_fen),
    },
  ]
  return (
    <DataTable<ServiceView>
      label={t('records.service.title')}
      rows={rows}
      rowKey={(row) => row.id}
      columns={columns}
      minWidth={1150}
      more={more}
      card={(row) => (
        <Link {...open(row)} from="/" className={styles.card} resetScroll={false} {...rowLink}>
          <span className={styles.cardHead}>
            <span className="lk-strong">{row.asset_line ?? row.customer_name}</span>
            {status(row)}
          </span>
          <span>{[row.category, row.work].filter(Boolean).join(' · ') || row.number}</span>
          <span className="lk-muted lk-small">
            {[instant(row.opened_at), row.customer_name, moneyShort(row.revenue_fen)].join(' · ')}
          </span>
          {people(row) ? <span className="lk-muted lk-small">{people(row)}</span> : null}
        </Link>
      )}
    />
  )
}
