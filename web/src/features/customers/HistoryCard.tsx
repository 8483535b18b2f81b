import { keepPreviousData } from '@tanstack/react-query'
import { Button, Segmented } from 'antd'
import { useTranslation } from 'react-i18next'
import { api } from '~/api/client.ts'
import { useCan } from '~/api/session.ts'
import { moreOf, pages, rowsOf } from '~/shared/lib/pages.ts'
import { Card } from '~/shared/ui/Card.tsx'
import { EmptyBox } from '~/shared/ui/EmptyBox.tsx'
import { Loaded } from '~/shared/ui/Loaded.tsx'
import { Timeline } from '~/shared/ui/Timeline.tsx'
import { ENTRY_KINDS, type EntryKind, oneOf } from './codes.ts'
import { entryItem } from './entryItem.tsx'
import styles from './HistoryCard.module.css'
import { NoteForm } from './NoteForm.tsx'

export interface HistoryCardProps {
  customerId: string
  kind: EntryKind | undefined
  choose: (kind: EntryKind | undefined) => void
  writes: boolean
}

/** Everything that happened with the customer (往来记录), newest first. */
export function HistoryCard({ customerId, kind, choose, writes }: HistoryCardProps) {
  const { t } = useTranslation()
  const can = useCan()
  const query = api.useInfiniteQuery(
    'get',
    '/api/v1/customers/{id}/timeline',
    { params: { path: { id: customerId }, query: { kind, limit: 30 } } },
    { ...pages, placeholderData: keepPreviousData },
  )
  const more = moreOf(query)
  const seen = { order: true, service: true, note: true, followup: can('followup.read'), slip: can('slip.read') }
  return (
    <Card
      title={t('customers.history.title')}
      extra={
        <div className={styles.kinds}>
          <Segmented
            aria-label={t('customers.history.kinds')}
            value={kind ?? 'all'}
            onChange={(value) => choose(oneOf(ENTRY_KINDS, value))}
            options={[
              { value: 'all' as const, label: t('common.all') },
              ...ENTRY_KINDS.filter((each) => seen[each]).map((each) => ({
                value: each,
                label: t(`customers.entry.${each}`),
              })),
            ]}
          />
        </div>
      }
    >
      {writes ? <NoteForm customerId={customerId} /> : null}
      <Loaded
        query={query}
        skeleton={10}
        isEmpty={(data) => rowsOf(data).length === 0}
        empty={<EmptyBox words={t(kind ? 'customers.history.noneOfKind' : 'customers.history.none')} />}
      >
        {(data) => (
          <>
            <Timeline
              label={t('customers.history.title')}
              items={rowsOf(data).map((entry) => entryItem(t, entry, customerId))}
            />
            {more.has ? (
              <div className={styles.more}>
                <Button onClick={more.load} loading={more.loading}>
                  {t('common.more')}
                </Button>
              </div>
            ) : null}
          </>
        )}
      </Loaded>
    </Card>
  )
}
