import { keepPreviousData } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Alert } from 'antd'
import { useTranslation } from 'react-i18next'
import { api } from '~/api/client.ts'
import { useDebounced } from '~/shared/lib/useDebounced.ts'
import styles from './Duplicates.module.css'

export interface DuplicatesProps {
  phones?: string[]
  plates?: string[]
  vins?: string[]
  /** The customer that is being changed. */
  except?: string
}

/** Says while somebody types that such a customer is there already; out of one's range only that they exist, and where. */
export function Duplicates({ phones = [], plates = [], vins = [], except }: DuplicatesProps) {
  const { t } = useTranslation()
  const asked = useDebounced(JSON.stringify({ phones, plates, vins, except_id: except }), 400)
  const body = JSON.parse(asked) as { phones: string[]; plates: string[]; vins: string[]; except_id?: string }
  const asks = body.phones.length + body.plates.length + body.vins.length > 0
  const found = api.useQuery(
    'post',
    '/api/v1/customers/duplicates',
    { body },
    { enabled: asks, placeholderData: keepPreviousData, staleTime: 30_000 },
  )
  const hits = asks ? (found.data ?? []) : []
  return (
    <div role="status">
      {hits.length > 0 ? (
        <Alert
          type="warning"
          showIcon
          title={t('customers.duplicate.title')}
          description={
            <ul className={styles.list}>
              {hits.map((hit) => (
                <li key={`${hit.reason} ${hit.customer_id ?? hit.branch_name ?? ''}`}>
                  {hit.visible && hit.customer_id ? (
                    <>
                      {t(`customers.duplicate.${hit.reason}`, { name: hit.name, number: hit.number })}{' '}
                      <Link
                        to="/customers/$customerId"
                        params={{ customerId: hit.customer_id }}
                        target="_blank"
                        className={styles.open}
                      >
                        {t('customers.duplicate.open', { name: hit.name })}
                      </Link>
                    </>
                  ) : (
                    t(`customers.duplicate.hidden.${hit.reason}`, { branch: hit.branch_name ?? '—' })
                  )}
                </li>
              ))}
            </ul>
          }
        />
      ) : null}
    </div>
  )
}
