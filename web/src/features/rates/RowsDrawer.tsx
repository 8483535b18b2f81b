import { keepPreviousData } from '@tanstack/react-query'
import { Segmented } from 'antd'
import { useTranslation } from 'react-i18next'
import { api } from '~/api/client.ts'
import { pages } from '~/shared/lib/pages.ts'
import { FormDrawer } from '~/shared/ui/FormDrawer.tsx'
import { Loaded } from '~/shared/ui/Loaded.tsx'
import { groupWords, type Rates, type RowsQuery, rowsQuery } from './figures.ts'
import styles from './Rates.module.css'
import { RowsTable } from './RowsTable.tsx'
import type { RatesSearch } from './search.ts'

export interface RowsDrawerProps {
  view: Rates
  search: RatesSearch
  onChange: (part: Partial<RatesSearch>) => void
  close: () => void
}

/** The rows behind a number (明细), beside the figures; which ones is said by the address. */
export function RowsDrawer({ view, search, onChange, close }: RowsDrawerProps) {
  const { t } = useTranslation()
  const query = rowsQuery(search, view)
  const group = view.groups.find((each) => each.key === search.group)
  const figure = search.factor
    ? t(`followup.factor.${search.factor}.name`)
    : t(`rates.figure.${search.figure ?? 'due'}.name`)
  const title = group
    ? t('rates.rows.titleOf', { figure, group: groupWords(t, view.by, group, view) })
    : t('rates.rows.title', { figure })
  const tasks = search.figure === 'followup_rate' || search.figure === 'due' || search.figure === 'reached'
  return (
    <FormDrawer title={title} open={query !== undefined} close={close} width={960}>
      {query && search.figure ? (
        <>
          <p className={styles.hint}>{t(`rates.figure.${search.figure}.formula`)}</p>
          {tasks ? (
            <Segmented
              className={styles.what}
              aria-label={t('rates.rows.what')}
              value={search.figure === 'reached' ? 'reached' : 'due'}
              options={[
                { value: 'due', label: t('rates.rows.allTasks') },
                { value: 'reached', label: t('rates.rows.onlyReached') },
              ]}
              onChange={(chosen) => onChange({ figure: chosen === 'reached' ? 'reached' : 'due' })}
            />
          ) : null}
          <Behind query={query} />
        </>
      ) : null}
    </FormDrawer>
  )
}

function Behind({ query }: { query: RowsQuery }) {
  const rows = api.useInfiniteQuery(
    'get',
    '/api/v1/rates/rows',
    { params: { query } },
    { ...pages, placeholderData: keepPreviousData },
  )
  return (
    <Loaded query={rows} skeleton={10}>
      {(data) => <RowsTable data={data} query={rows} figure={query.figure} />}
    </Loaded>
  )
}
