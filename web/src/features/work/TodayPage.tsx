import { ThunderboltOutlined } from '@ant-design/icons'
import { keepPreviousData } from '@tanstack/react-query'
import { getRouteApi, useNavigate } from '@tanstack/react-router'
import { Button } from 'antd'
import { type ReactNode, useRef } from 'react'
import { useTranslation } from 'react-i18next'
import { api } from '~/api/client.ts'
import type { components } from '~/api/schema.gen.ts'
import { longDay } from '~/shared/lib/dates.ts'
import { pages, rowsOf } from '~/shared/lib/pages.ts'
import { useRowKeys } from '~/shared/lib/rowKeys.ts'
import { Card } from '~/shared/ui/Card.tsx'
import { Kbd } from '~/shared/ui/Kbd.tsx'
import { Loaded } from '~/shared/ui/Loaded.tsx'
import { PageHeader } from '~/shared/ui/PageHeader.tsx'
import { isFiltered, todayQuery } from './search.ts'
import { TodayCards } from './TodayCards.tsx'
import { TodayEmpty } from './TodayEmpty.tsx'
import { TodayFilters } from './TodayFilters.tsx'
import styles from './TodayPage.module.css'
import { TodayTable } from './TodayTable.tsx'

export type TaskRow = components['schemas']['TaskRow']
export type Summary = components['schemas']['TodaySummary']

const route = getRouteApi('/_app/today')

export interface TodayPageProps {
  /** Arranges a follow-up by hand. */
  newTask: ReactNode
  /** Further actions of a row. */
  menu: (task: TaskRow) => ReactNode
}

/** Today's work (今日工作): whom to contact and why, the most urgent first. */
export function TodayPage({ newTask, menu }: TodayPageProps) {
  const { t } = useTranslation()
  const search = route.useSearch()
  const navigate = useNavigate()
  const box = useRef<HTMLDivElement>(null)
  const { who } = search
  const list = api.useInfiniteQuery(
    'get',
    '/api/v1/today',
    { params: { query: todayQuery(search) } },
    { ...pages, placeholderData: keepPreviousData, refetchInterval: 60_000 },
  )
  const summary = api.useQuery(
    'get',
    '/api/v1/today/summary',
    { params: { query: { who } } },
    {
      placeholderData: keepPreviousData,
      refetchInterval: 60_000,
    },
  )
  useRowKeys(box)

  const first = list.data?.pages[0]?.items[0]
  return (
    <>
      <PageHeader
        title={t('work.title')}
        sub={summary.data ? <Advice summary={summary.data} /> : ' '}
        extra={
          <>
            {newTask}
            {first ? (
              <Button
                type="primary"
                icon={<ThunderboltOutlined />}
                onClick={() => void navigate({ to: '/tasks/$taskId', params: { taskId: first.id } })}
              >
                {t('work.start')}
                <Kbd keys="↵" />
              </Button>
            ) : null}
          </>
        }
      />
      <TodayCards summary={summary.data} search={search} />
      <Card flush>
        <TodayFilters
          search={search}
          count={list.data ? rowsOf(list.data).length : undefined}
          more={list.hasNextPage}
          onChange={(next) => void navigate({ to: '/today', search: next, replace: true })}
        />
        <div ref={box} className={styles.list}>
          <Loaded
            query={list}
            skeleton={8}
            isEmpty={(data) => rowsOf(data).length === 0}
            empty={<TodayEmpty filtered={isFiltered(search)} summary={summary.data} />}
          >
            {(data) => <TodayTable rows={rowsOf(data)} query={list} menu={menu} />}
          </Loaded>
        </div>
      </Card>
    </>
  )
}

/** `11 月 21 日 星期六 · 今天已完成 6 件 · 先处理已超时的 3 件…` */
function Advice({ summary }: { summary: Summary }) {
  const { t } = useTranslation()
  const advice =
    summary.overdue > 0
      ? t('work.advice.overdue', { count: summary.overdue })
      : summary.due_today > 0
        ? t('work.advice.today', { count: summary.due_today })
        : t(summary.open > 0 ? 'work.advice.ahead' : 'work.advice.clear')
  const parts = [longDay(summary.date), advice]
  if (summary.done_today > 0) parts.push(t('work.doneToday', { count: summary.done_today }))
  return parts.join(' · ')
}
