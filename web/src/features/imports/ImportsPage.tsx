import { getRouteApi } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { api } from '~/api/client.ts'
import { moreOf, pages, rowsOf } from '~/shared/lib/pages.ts'
import { Card } from '~/shared/ui/Card.tsx'
import { EmptyBox } from '~/shared/ui/EmptyBox.tsx'
import { Loaded } from '~/shared/ui/Loaded.tsx'
import { PageHeader } from '~/shared/ui/PageHeader.tsx'
import { ImportsTable } from './ImportsTable.tsx'
import { isBusy } from './steps.ts'
import { UploadCard } from './UploadCard.tsx'

const route = getRouteApi('/_app/imports/')

/** Bring the firm's spreadsheets in (导入). */
export function ImportsPage() {
  const { t } = useTranslation()
  const search = route.useSearch()
  const navigate = route.useNavigate()
  const list = api.useInfiniteQuery(
    'get',
    '/api/v1/imports',
    { params: { query: {} } },
    {
      ...pages,
      refetchInterval: (query) =>
        query.state.data?.pages.some((page) => page.items.some((each) => isBusy(each.status))) ? 3000 : false,
    },
  )
  return (
    <>
      <PageHeader title={t('imports.title')} sub={t('imports.sub')} />
      <div className="lk-stack">
        <UploadCard
          kind={search.kind ?? 'customers'}
          choose={(kind) => void navigate({ search: { kind }, replace: true })}
        />
        <Card flush title={t('imports.history')}>
          <Loaded
            query={list}
            skeleton={4}
            isEmpty={(data) => rowsOf(data).length === 0}
            empty={<EmptyBox words={t('imports.empty')} />}
          >
            {(data) => <ImportsTable rows={rowsOf(data)} more={moreOf(list)} />}
          </Loaded>
        </Card>
      </div>
    </>
  )
}
