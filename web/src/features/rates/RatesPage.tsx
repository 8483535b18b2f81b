import { PrinterOutlined } from '@ant-design/icons'
import { keepPreviousData } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { Button } from 'antd'
import { useTranslation } from 'react-i18next'
import { api } from '~/api/client.ts'
import { useCan } from '~/api/session.ts'
import { today } from '~/shared/lib/dates.ts'
import { serverNow } from '~/shared/lib/sla.ts'
import { Card } from '~/shared/ui/Card.tsx'
import { Loaded } from '~/shared/ui/Loaded.tsx'
import { PageHeader } from '~/shared/ui/PageHeader.tsx'
import { Definitions } from './Definitions.tsx'
import { Export } from './Export.tsx'
import { Factors } from './Factors.tsx'
import { Figures } from './Figures.tsx'
import { Filters } from './Filters.tsx'
import { Groups } from './Groups.tsx'
import { daysOf, preceding, usualBy } from './period.ts'
import styles from './Rates.module.css'
import { RowsDrawer } from './RowsDrawer.tsx'
import { Sub } from './Sub.tsx'
import type { RatesSearch } from './search.ts'
import { Trend } from './Trend.tsx'

const route = getRouteApi('/_app/rates')

/** The figures (统计): how many were followed up, how satisfied they are, how fast slips are closed. Each leads to its rows. */
export function RatesPage() {
  const { t } = useTranslation()
  const can = useCan()
  const search = route.useSearch()
  const navigate = route.useNavigate()
  const days = daysOf(search, today(serverNow()))
  const by = search.by ?? usualBy(days)
  const filter = { branch_id: search.branch, staff_id: search.staff }
  const query = api.useQuery(
    'get',
    '/api/v1/rates',
    { params: { query: { ...days, by, ...filter } } },
    { placeholderData: keepPreviousData },
  )
  const earlier = api.useQuery(
    'get',
    '/api/v1/rates',
    { params: { query: { ...preceding(days), by: 'month', ...filter } } },
    { staleTime: 300_000 },
  )
  const set = (part: Partial<RatesSearch>) =>
    void navigate({ search: (old) => ({ ...old, ...part, group: undefined, figure: undefined, factor: undefined }) })

  return (
    <div className={styles.page}>
      <PageHeader
        title={t('rates.title')}
        sub={<Sub days={days} search={search} />}
        extra={
          <>
            <Button className="lk-no-print" icon={<PrinterOutlined />} onClick={() => window.print()}>
              {t('common.print')}
            </Button>
            {can('report.export') ? <Export days={days} by={by} {...filter} /> : null}
          </>
        }
      />
      <Filters search={search} days={days} onChange={set} />
      <Loaded query={query} skeleton={12}>
        {(view) => (
          <div className="lk-stack">
            <Figures view={view} earlier={earlier.data} search={search} />
            <div className={styles.two}>
              <Card title={t('rates.trend.title')}>
                <Trend
                  view={view}
                  onGroup={(group) => void navigate({ search: (old) => ({ ...old, figure: 'due', group }) })}
                />
              </Card>
              <Card title={t('rates.factors.title')}>
                <Factors view={view} search={search} />
              </Card>
            </div>
            <Groups view={view} search={search} onBy={(next) => set({ by: next })} />
            <Definitions />
            <RowsDrawer
              view={view}
              search={search}
              onChange={(part) => void navigate({ search: (old) => ({ ...old, ...part }), replace: true })}
              close={() =>
                void navigate({
                  search: (old) => ({ ...old, figure: undefined, factor: undefined, group: undefined }),
                })
              }
            />
          </div>
        )}
      </Loaded>
    </div>
  )
}
