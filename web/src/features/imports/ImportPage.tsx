import { LeftOutlined } from '@ant-design/icons'
import { getRouteApi, Link } from '@tanstack/react-router'
import { Steps } from 'antd'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { api } from '~/api/client.ts'
import { instant } from '~/shared/lib/dates.ts'
import { useIsMobile } from '~/shared/lib/useMedia.ts'
import { Loaded } from '~/shared/ui/Loaded.tsx'
import { PageHeader } from '~/shared/ui/PageHeader.tsx'
import { CheckStep } from './CheckStep.tsx'
import { ColumnsStep } from './ColumnsStep.tsx'
import styles from './ImportPage.module.css'
import type { ImportView } from './mapping.ts'
import { ResultStep } from './ResultStep.tsx'
import { RunStep } from './RunStep.tsx'
import { isBusy, STEPS, type Step, stepOf } from './steps.ts'
import { kindWords, sizeWords } from './words.ts'

const route = getRouteApi('/_app/imports/$importId')

/** One import from file to result. Its state is on the server: it goes on where it was left. */
export function ImportPage() {
  const { t } = useTranslation()
  const { importId } = route.useParams()
  const query = api.useQuery(
    'get',
    '/api/v1/imports/{id}',
    { params: { path: { id: importId } } },
    { refetchInterval: (now) => (isBusy(now.state.data?.status ?? '') ? 1500 : false) },
  )
  return (
    <>
      {query.data ? null : <PageHeader title={t('imports.title')} />}
      <Loaded query={query} skeleton={10}>
        {(view) => <Wizard key={view.id} view={view} />}
      </Loaded>
    </>
  )
}

function Wizard({ view }: { view: ImportView }) {
  const { t } = useTranslation()
  const mobile = useIsMobile()
  const search = route.useSearch()
  const navigate = route.useNavigate()
  const step = stepOf(view.status, search.step)
  const current = STEPS.indexOf(step)
  const toColumns = () => void navigate({ search: { step: 'columns' } })
  const onward = () => void navigate({ search: {}, replace: true })

  const shown: Record<Step, () => ReactNode> = {
    upload: () => null,
    columns: () => <ColumnsStep view={view} checked={onward} />,
    check: () => <CheckStep view={view} outcome={search.outcome} toColumns={toColumns} started={onward} />,
    run: () => <RunStep view={view} />,
    result: () => <ResultStep view={view} outcome={search.outcome} toColumns={toColumns} started={onward} />,
  }

  return (
    <>
      <PageHeader
        title={view.file_name}
        before={
          <Link to="/imports" className={styles.back}>
            <LeftOutlined aria-hidden="true" /> {t('imports.title')}
          </Link>
        }
        sub={[
          view.number,
          kindWords(view.kind),
          sizeWords(view.size),
          view.created_by_name,
          instant(view.created_at),
        ].join(' · ')}
      />
      <nav className={styles.steps} aria-label={t('imports.steps')}>
        {mobile ? (
          <p className={styles.step}>
            {t('imports.stepOf', { step: current + 1, steps: STEPS.length, name: t(`imports.step.${step}`) })}
          </p>
        ) : (
          <Steps
            size="small"
            current={current}
            status={view.status === 'failed' ? 'error' : view.status === 'done' ? 'finish' : 'process'}
            items={STEPS.map((each) => ({ title: t(`imports.step.${each}`) }))}
          />
        )}
      </nav>
      {shown[step]()}
    </>
  )
}
