import { CalculatorOutlined, ControlOutlined } from '@ant-design/icons'
import { keepPreviousData } from '@tanstack/react-query'
import { getRouteApi, Link } from '@tanstack/react-router'
import { Alert, Button, Select } from 'antd'
import { useTranslation } from 'react-i18next'
import { api } from '~/api/client.ts'
import type { components } from '~/api/schema.gen.ts'
import { useCan } from '~/api/session.ts'
import { day, instant } from '~/shared/lib/dates.ts'
import { count } from '~/shared/lib/money.ts'
import { Card } from '~/shared/ui/Card.tsx'
import { EmptyBox } from '~/shared/ui/EmptyBox.tsx'
import { FormDrawer } from '~/shared/ui/FormDrawer.tsx'
import { Loaded } from '~/shared/ui/Loaded.tsx'
import { PageHeader } from '~/shared/ui/PageHeader.tsx'
import { Explain } from './Explain.tsx'
import { Members } from './Members.tsx'
import { Metrics } from './Metrics.tsx'
import styles from './Pyramid.module.css'
import { RunForm } from './RunForm.tsx'
import { SettingsForm } from './SettingsForm.tsx'
import { SharesChart } from './SharesChart.tsx'
import type { PyramidSearch } from './search.ts'
import { Tiers } from './Tiers.tsx'

export type Pyramid = components['schemas']['PyramidView']

const route = getRouteApi('/_app/pyramid')

/** Who brings the revenue or the profit (客户金字塔): heads, amounts and thresholds per tier, and a list behind each. */
export function PyramidPage() {
  const { t } = useTranslation()
  const can = useCan()
  const search = route.useSearch()
  const navigate = route.useNavigate()
  const query = api.useQuery(
    'get',
    '/api/v1/pyramid',
    { params: { query: { month: search.month } } },
    { placeholderData: keepPreviousData, refetchInterval: (asked) => (asked.state.data?.running ? 3000 : false) },
  )
  const set = (part: Partial<PyramidSearch>, replace = false) =>
    void navigate({ search: (old) => ({ ...old, ...part }), replace })
  const close = () => set({ panel: undefined }, true)
  /** What was worked out, whatever month the page showed before. */
  const show = (made: Pyramid) =>
    set({ panel: undefined, month: made.month === made.months[0] ? undefined : (made.month ?? undefined) }, true)
  const pyramid = query.data
  const manages = can('value.run')

  return (
    <>
      <PageHeader
        title={t('pyramid.title')}
        sub={pyramid ? <Sub pyramid={pyramid} /> : ' '}
        extra={
          <>
            {pyramid && pyramid.months.length > 0 ? (
              <Select
                className={styles.month}
                aria-label={t('pyramid.month')}
                value={search.month ?? pyramid.month ?? undefined}
                onChange={(month: string) => set({ month: month === pyramid.months[0] ? undefined : month })}
                options={pyramid.months.map((month) => ({ value: month, label: month }))}
              />
            ) : null}
            {manages ? (
              <>
                <Button icon={<ControlOutlined />} onClick={() => set({ panel: 'settings' })}>
                  {t('pyramid.rules')}
                </Button>
                <Button
                  type="primary"
                  icon={<CalculatorOutlined />}
                  loading={pyramid?.running}
                  onClick={() => set({ panel: 'run' })}
                >
                  {t('pyramid.run')}
                </Button>
              </>
            ) : null}
          </>
        }
      />
      <Loaded query={query} skeleton={10}>
        {(data) =>
          data.ranked === 0 ? (
            <Nothing pyramid={data} run={manages ? () => set({ panel: 'run' }) : undefined} />
          ) : (
            <div className="lk-stack">
              <Notices pyramid={data} />
              <Metrics pyramid={data} />
              <Card title={t('pyramid.figure')} flush>
                <Tiers pyramid={data} search={search} />
              </Card>
              <div className={styles.two}>
                <Card title={t('pyramid.chart.title')}>
                  <SharesChart pyramid={data} onTier={(tier) => set({ tier })} />
                </Card>
                <Card title={t('pyramid.explain.title')}>
                  <Explain pyramid={data} />
                </Card>
              </div>
              <Members month={data.month ?? undefined} tier={search.tier} onTier={(tier) => set({ tier }, true)} />
            </div>
          )
        }
      </Loaded>
      {manages && pyramid ? (
        <>
          <FormDrawer title={t('pyramid.settings.title')} open={search.panel === 'settings'} close={close}>
            <SettingsForm settings={pyramid.settings} close={close} onRun={show} />
          </FormDrawer>
          <FormDrawer title={t('pyramid.runForm.title')} open={search.panel === 'run'} close={close}>
            <RunForm settings={pyramid.settings} close={close} onRun={show} />
          </FormDrawer>
        </>
      ) : null}
    </>
  )
}

function Sub({ pyramid }: { pyramid: Pyramid }) {
  const { t } = useTranslation()
  if (!pyramid.month) return t('pyramid.subEmpty')
  return t('pyramid.sub', {
    basis: t(`pyramid.basis.${pyramid.basis}`),
    from: day(pyramid.from),
    to: day(pyramid.to),
    time: instant(pyramid.ran_at),
  })
}

function Notices({ pyramid }: { pyramid: Pyramid }) {
  const { t } = useTranslation()
  const changed = pyramid.basis !== pyramid.settings.basis && pyramid.month === pyramid.months[0]
  return (
    <>
      {pyramid.running ? <Alert type="info" showIcon title={t('pyramid.running')} /> : null}
      {pyramid.ranked < pyramid.company_ranked ? (
        <Alert
          type="info"
          showIcon
          title={t('pyramid.partly', { count: pyramid.ranked, all: count(pyramid.company_ranked) })}
        />
      ) : null}
      {changed && !pyramid.running ? (
        <Alert
          type="warning"
          showIcon
          title={t('pyramid.rulesChanged', {
            basis: t(`pyramid.basis.${pyramid.settings.basis}`),
            old: t(`pyramid.basis.${pyramid.basis}`),
          })}
        />
      ) : null}
    </>
  )
}

/** Why there is nothing to see: not worked out, nobody bought anything, or nobody the reader may see. */
function why(pyramid: Pyramid) {
  if (!pyramid.month) return 'words'
  return pyramid.company_ranked > 0 ? 'notYours' : 'nobody'
}

/** Nothing has been worked out, or there was nobody to rank. */
function Nothing({ pyramid, run }: { pyramid: Pyramid; run?: () => void }) {
  const { t } = useTranslation()
  const can = useCan()
  return (
    <Card>
      <EmptyBox words={pyramid.running ? t('pyramid.running') : t(`pyramid.empty.${why(pyramid)}`)}>
        <div className={styles.next}>
          {run ? (
            <Button type="primary" onClick={run}>
              {t('pyramid.empty.run')}
            </Button>
          ) : null}
          {can('import.run') ? <Link to="/imports">{t('pyramid.empty.import')}</Link> : null}
        </div>
      </EmptyBox>
    </Card>
  )
}
