import { ArrowLeftOutlined, PrinterOutlined } from '@ant-design/icons'
import { useQueryClient } from '@tanstack/react-query'
import { getRouteApi, Link } from '@tanstack/react-router'
import { Alert, Button } from 'antd'
import { useTranslation } from 'react-i18next'
import { api } from '~/api/client.ts'
import type { components } from '~/api/schema.gen.ts'
import { usePrefs } from '~/shared/lib/prefs.ts'
import { DueBadge } from '~/shared/ui/DueBadge.tsx'
import { Loaded } from '~/shared/ui/Loaded.tsx'
import { PageHeader } from '~/shared/ui/PageHeader.tsx'
import { SlipStateTag } from '~/shared/ui/SlipStateTag.tsx'
import { TierBadge } from '~/shared/ui/TierBadge.tsx'
import { SlipActions } from './SlipActions.tsx'
import { SlipFacts } from './SlipFacts.tsx'
import styles from './SlipPage.module.css'
import { SlipPast } from './SlipPast.tsx'
import { SlipSteps } from './SlipSteps.tsx'

export type SlipView = components['schemas']['SlipView']

const route = getRouteApi('/_app/slips/$slipId')

function slipQuery(id: string) {
  return api.queryOptions('get', '/api/v1/slips/{id}', { params: { path: { id } } })
}

/** One feedback slip (反馈单): what happened, who signed, and what is mine to do. */
export function SlipPage() {
  const { slipId } = route.useParams()
  const query = api.useQuery('get', '/api/v1/slips/{id}', { params: { path: { id: slipId } } })
  return (
    <Loaded query={query} skeleton={10}>
      {(slip) => <Slip key={slip.row.id} slip={slip} />}
    </Loaded>
  )
}

function Slip({ slip }: { slip: SlipView }) {
  const { t } = useTranslation()
  const { language } = usePrefs()
  const queries = useQueryClient()
  const { row } = slip

  /** The answer of an act is the slip as it now is; what else shows slips is asked for again. */
  function show(next: SlipView) {
    queries.setQueryData(slipQuery(row.id).queryKey, next)
    void queries.invalidateQueries({
      predicate: ({ queryKey }) =>
        typeof queryKey[1] === 'string' &&
        queryKey[1] !== '/api/v1/slips/{id}' &&
        /\/(slips|today|tasks|customers)/.test(queryKey[1]),
    })
  }

  return (
    <>
      <PageHeader
        title={`${t('slips.title')} ${row.number}`}
        before={
          <Link to="/slips" className={styles.back}>
            <ArrowLeftOutlined aria-hidden="true" /> {t('slips.detail.back')}
          </Link>
        }
        sub={
          <span className={styles.sub}>
            <TierBadge tier={row.tier} />
            <Link to="/customers/$customerId" params={{ customerId: row.customer_id }}>
              {row.customer_name}
            </Link>
            <SlipStateTag state={row.state} />
            {row.state === 'closed' ? null : <DueBadge dueAt={row.due_at} urgency={row.urgency} />}
            {row.reopened_count > 0 ? (
              <span className={styles.again}>▲ {t('slips.reopened', { count: row.reopened_count })}</span>
            ) : null}
          </span>
        }
        extra={
          <Button
            icon={<PrinterOutlined />}
            href={`/api/v1/slips/${row.id}/paper?lang=${language}`}
            target="_blank"
            // With the address of this page the server knows whether it is seen by http or https.
            rel="noopener"
          >
            {t('slips.detail.print')}
          </Button>
        }
      />
      {slip.hash_ok ? null : (
        <Alert
          type="error"
          showIcon
          className={styles.alert}
          title={t('slips.detail.hashBad')}
          description={t('slips.detail.hashBadBody')}
        />
      )}
      <div className={styles.columns}>
        <div className={styles.main}>
          <SlipFacts slip={slip} />
          <SlipActions slip={slip} show={show} />
        </div>
        <div className={styles.main}>
          <SlipSteps slip={slip} />
          <SlipPast slip={slip} />
        </div>
      </div>
    </>
  )
}
