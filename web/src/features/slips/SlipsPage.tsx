import { keepPreviousData } from '@tanstack/react-query'
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router'
import { useRef } from 'react'
import { useTranslation } from 'react-i18next'
import { api } from '~/api/client.ts'
import type { components } from '~/api/schema.gen.ts'
import { pages, rowsOf } from '~/shared/lib/pages.ts'
import { useRowKeys } from '~/shared/lib/rowKeys.ts'
import { Card } from '~/shared/ui/Card.tsx'
import { EmptyBox } from '~/shared/ui/EmptyBox.tsx'
import { Loaded } from '~/shared/ui/Loaded.tsx'
import { PageHeader } from '~/shared/ui/PageHeader.tsx'
import { SlipFilters } from './SlipFilters.tsx'
import styles from './SlipsPage.module.css'
import { SlipTable } from './SlipTable.tsx'
import type { SlipsSearch } from './search.ts'

export type SlipRow = components['schemas']['SlipRow']

const route = getRouteApi('/_app/slips/')

/** All feedback slips (反馈单), those that wait for me marked. */
export function SlipsPage() {
  const { t } = useTranslation()
  const search = route.useSearch()
  const navigate = useNavigate()
  const box = useRef<HTMLDivElement>(null)
  const list = api.useInfiniteQuery(
    'get',
    '/api/v1/slips',
    { params: { query: search } },
    { ...pages, placeholderData: keepPreviousData },
  )
  useRowKeys(box)
  return (
    <>
      <PageHeader title={t('slips.title')} sub={t('slips.sub')} />
      <Card flush>
        <SlipFilters
          search={search}
          count={list.data ? rowsOf(list.data).length : undefined}
          more={list.hasNextPage}
          onChange={(next) => void navigate({ to: '/slips', search: next, replace: true })}
        />
        <div ref={box} className={styles.list}>
          <Loaded
            query={list}
            skeleton={8}
            isEmpty={(data) => rowsOf(data).length === 0}
            empty={<Nothing search={search} />}
          >
            {(data) => <SlipTable rows={rowsOf(data)} query={list} />}
          </Loaded>
        </div>
      </Card>
    </>
  )
}

function Nothing({ search }: { search: SlipsSearch }) {
  const { t } = useTranslation()
  if (search.q || search.state || search.overdue)
    return (
      <EmptyBox words={t('common.emptyFiltered')}>
        <Link to="/slips">{t('common.reset')}</Link>
      </EmptyBox>
    )
  return (
    <EmptyBox words={t(search.mine ? 'slips.emptyMine' : 'slips.empty')}>
      <Link to="/today">{t('slips.emptyNext')}</Link>
    </EmptyBox>
  )
}
