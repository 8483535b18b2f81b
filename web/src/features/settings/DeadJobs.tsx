import { useQueryClient } from '@tanstack/react-query'
import { Button } from 'antd'
import { useTranslation } from 'react-i18next'
import { api } from '~/api/client.ts'
import type { components } from '~/api/schema.gen.ts'
import { useCan } from '~/api/session.ts'
import { instant } from '~/shared/lib/dates.ts'
import { useDone, useRefused } from '~/shared/lib/useFeedback.ts'
import { Card } from '~/shared/ui/Card.tsx'
import { DataTable, type TableColumn } from '~/shared/ui/DataTable.tsx'
import { EmptyBox } from '~/shared/ui/EmptyBox.tsx'
import { Loaded } from '~/shared/ui/Loaded.tsx'
import styles from './Settings.module.css'

type DeadJob = components['schemas']['DeadJob']

/** Work in the background that failed too often and waits for somebody to look (死信). */
export function DeadJobs() {
  const { t } = useTranslation()
  const can = useCan()
  const queries = useQueryClient()
  const refused = useRefused()
  const done = useDone()
  const jobs = api.useQuery('get', '/api/v1/jobs/dead')
  const retry = api.useMutation('post', '/api/v1/jobs/{id}/retry')

  async function again(id: string) {
    try {
      await retry.mutateAsync({ params: { path: { id } } })
      await queries.invalidateQueries({ queryKey: ['get', '/api/v1/jobs/dead'] })
      done(t('settings.jobs.retried'))
    } catch (error) {
      refused(error)
    }
  }

  const action = (job: DeadJob) =>
    can('setting.manage') ? (
      <Button size="small" disabled={retry.isPending} onClick={() => void again(job.id)}>
        {t('settings.jobs.retry')}
      </Button>
    ) : null
  const columns: TableColumn<DeadJob>[] = [
    { title: t('settings.jobs.diedAt'), width: 170, className: 'lk-num', render: (_, job) => instant(job.dead_at) },
    { title: t('settings.jobs.kind'), dataIndex: 'kind', className: styles.code },
    { title: t('settings.jobs.error'), dataIndex: 'error' },
    { title: t('settings.jobs.attempts'), dataIndex: 'attempt', align: 'right', className: 'lk-num' },
    { title: <span className="lk-sr">{t('common.actions')}</span>, width: 110, render: (_, job) => action(job) },
  ]

  return (
    <Card flush title={t('settings.jobs.title')}>
      <Loaded query={jobs} skeleton={2}>
        {(data) => (
          <DataTable<DeadJob>
            label={t('settings.jobs.title')}
            rows={data}
            rowKey={(job) => job.id}
            columns={columns}
            empty={<EmptyBox words={t('settings.jobs.none')} />}
            card={(job) => (
              <div className={styles.card}>
                <div className={styles.cardHead}>
                  <span className={styles.code}>{job.kind}</span>
                  {action(job)}
                </div>
                <div>{job.error}</div>
                <div className="lk-muted lk-small lk-num">{instant(job.dead_at)}</div>
              </div>
            )}
          />
        )}
      </Loaded>
    </Card>
  )
}
