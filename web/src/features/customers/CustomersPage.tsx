import { ImportOutlined, PlusOutlined } from '@ant-design/icons'
import { keepPreviousData } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { Button } from 'antd'
import { useRef } from 'react'
import { useTranslation } from 'react-i18next'
import { api } from '~/api/client.ts'
import { useCan } from '~/api/session.ts'
import { moreOf, pages, rowsOf } from '~/shared/lib/pages.ts'
import { useRowKeys } from '~/shared/lib/rowKeys.ts'
import { useShortcuts } from '~/shared/lib/shortcuts.ts'
import { Card } from '~/shared/ui/Card.tsx'
import { EmptyBox } from '~/shared/ui/EmptyBox.tsx'
import { Loaded } from '~/shared/ui/Loaded.tsx'
import { PageHeader } from '~/shared/ui/PageHeader.tsx'
import { ArchiveTabs } from './ArchiveTabs.tsx'
import { CustomerFilters } from './CustomerFilters.tsx'
import styles from './CustomersPage.module.css'
import { CustomersTable } from './CustomersTable.tsx'
import { useColumns } from './columns.ts'
import { ExportButton } from './ExportButton.tsx'
import { type CustomersSearch, customersQuery, isFiltered } from './search.ts'

const route = getRouteApi('/_app/customers/')

/** The archive (客户档案): find a customer by anything that is known of them. */
export function CustomersPage() {
  const { t } = useTranslation()
  const can = useCan()
  const search = route.useSearch()
  const navigate = route.useNavigate()
  const box = useRef<HTMLDivElement>(null)
  const [columns, choose] = useColumns()
  const query = customersQuery(search)
  const list = api.useInfiniteQuery(
    'get',
    '/api/v1/customers',
    { params: { query: { ...query, sort: search.sort } } },
    { ...pages, placeholderData: keepPreviousData },
  )
  const counted = api.useQuery(
    'get',
    '/api/v1/customers/count',
    { params: { query } },
    { placeholderData: keepPreviousData },
  )
  const change = (next: CustomersSearch) => void navigate({ search: next, replace: true })
  const writes = can('customer.write')
  const create = () => void navigate({ to: '/customers/new' })
  const goImport = () => void navigate({ to: '/imports' })
  useRowKeys(box)
  useShortcuts(writes ? { n: create } : {})

  const createButton = (type: 'primary' | 'default') =>
    writes ? (
      <Button type={type} icon={<PlusOutlined />} onClick={create} title={t('customers.createHint')}>
        {t('customers.create')}
      </Button>
    ) : null
  const filtered = isFiltered(search)

  return (
    <>
      <PageHeader
        title={t('customers.title')}
        extra={
          <>
            {can('customer.export') ? <ExportButton search={search} /> : null}
            {createButton('primary')}
          </>
        }
      />
      <ArchiveTabs />
      <Card flush>
        <CustomerFilters search={search} change={change} counted={counted.data} columns={columns} choose={choose} />
        <div ref={box}>
          <Loaded
            query={list}
            skeleton={10}
            isEmpty={(data) => rowsOf(data).length === 0}
            empty={
              filtered ? (
                <EmptyBox words={t('customers.emptyFiltered')}>
                  <Button onClick={() => change({ sort: search.sort })}>{t('common.reset')}</Button>
                </EmptyBox>
              ) : (
                <EmptyBox words={t('customers.empty')}>
                  <div className={styles.center}>
                    {can('import.run') ? (
                      <Button type="primary" icon={<ImportOutlined />} onClick={goImport}>
                        {t('customers.emptyImport')}
                      </Button>
                    ) : null}
                    {createButton('default')}
                  </div>
                </EmptyBox>
              )
            }
          >
            {(data) => <CustomersTable rows={rowsOf(data)} columns={columns} more={moreOf(list)} />}
          </Loaded>
        </div>
      </Card>
    </>
  )
}
