import { keepPreviousData } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { Button, DatePicker, Select } from 'antd'
import dayjs from 'dayjs'
import { useTranslation } from 'react-i18next'
import { api } from '~/api/client.ts'
import { toDay } from '~/shared/lib/dates.ts'
import { moreOf, pages, rowsOf } from '~/shared/lib/pages.ts'
import { Card } from '~/shared/ui/Card.tsx'
import { EmptyBox } from '~/shared/ui/EmptyBox.tsx'
import { Loaded } from '~/shared/ui/Loaded.tsx'
import { PageHeader } from '~/shared/ui/PageHeader.tsx'
import { StaffSelect } from '~/shared/ui/StaffSelect.tsx'
import { AuditTable } from './AuditTable.tsx'
import { actionCodes, actionName } from './auditWords.ts'
import { ChainState } from './ChainState.tsx'
import styles from './Settings.module.css'
import type { AuditSearch } from './search.ts'

const route = getRouteApi('/_app/settings/audit')

const KINDS = [
  'customer',
  'asset',
  'sales_order',
  'service_record',
  'followup_plan',
  'followup_task',
  'slip',
  'import_batch',
  'pyramid',
  'staff',
  'branch',
  'team',
  'role',
  'api_token',
  'setting',
  'report',
  'job',
] as const

/** The screen of the auditor (审计): every act, newest first, and whether the chain is whole. */
export function AuditPage() {
  const { t } = useTranslation()
  const search = route.useSearch()
  const navigate = route.useNavigate()
  const query = {
    from: search.from,
    to: search.to,
    actor_id: search.actor,
    action: search.action,
    subject_kind: search.kind,
    subject_id: search.subject,
  }
  const entries = api.useInfiniteQuery(
    'get',
    '/api/v1/audit',
    { params: { query } },
    { ...pages, placeholderData: keepPreviousData },
  )
  const set = (part: Partial<AuditSearch>) => void navigate({ search: (old) => ({ ...old, ...part }), replace: true })
  const filtered = Object.values(search).some((value) => value !== undefined)
  const reset = filtered ? (
    <Button onClick={() => void navigate({ search: {}, replace: true })}>{t('common.reset')}</Button>
  ) : null

  return (
    <>
      <PageHeader title={t('settings.section.audit')} sub={t('settings.audit.sub')} />
      <div className="lk-stack">
        <ChainState />
        <Card flush>
          <search className="lk-toolbar">
            <DatePicker.RangePicker
              className={styles.range}
              aria-label={t('settings.audit.period')}
              value={[search.from ? dayjs(search.from) : null, search.to ? dayjs(search.to) : null]}
              allowEmpty={[true, true]}
              onChange={(days) =>
                set({ from: days?.[0] ? toDay(days[0]) : undefined, to: days?.[1] ? toDay(days[1]) : undefined })
              }
            />
            <StaffSelect
              className={styles.select}
              value={search.actor}
              onChange={(actor) => set({ actor })}
              placeholder={t('settings.audit.anyActor')}
              aria-label={t('settings.audit.actor')}
            />
            <Select
              className={styles.select}
              value={search.kind}
              onChange={(kind: string | undefined) => set({ kind })}
              allowClear
              placeholder={t('settings.audit.anySubject')}
              aria-label={t('settings.audit.subjectKind')}
              options={KINDS.map((kind) => ({ value: kind, label: t(`settings.audit.kind.${kind}`) }))}
            />
            <Select
              className={styles.select}
              value={search.action}
              onChange={(action: string | undefined) => set({ action })}
              allowClear
              showSearch={{ optionFilterProp: 'label' }}
              placeholder={t('settings.audit.anyAction')}
              aria-label={t('settings.audit.action')}
              options={actionCodes().map((code) => ({ value: code, label: actionName(code) }))}
            />
            {reset}
          </search>
          <Loaded query={entries} skeleton={10}>
            {(data) => (
              <AuditTable
                rows={rowsOf(data)}
                more={moreOf(entries)}
                empty={<EmptyBox words={filtered ? t('common.emptyFiltered') : undefined}>{reset}</EmptyBox>}
              />
            )}
          </Loaded>
        </Card>
      </div>
    </>
  )
}
