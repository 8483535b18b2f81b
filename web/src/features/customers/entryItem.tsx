import { Link } from '@tanstack/react-router'
import type { TFunction } from 'i18next'
import type { ReactNode } from 'react'
import type { components } from '~/api/schema.gen.ts'
import { channelWords, outcomeWords, scoresWords } from '~/shared/lib/followupWords.ts'
import { money } from '~/shared/lib/money.ts'
import { SlipStateTag } from '~/shared/ui/SlipStateTag.tsx'
import type { TimelineItem } from '~/shared/ui/Timeline.tsx'
import { oneOf } from './codes.ts'
import styles from './HistoryCard.module.css'
import { customerSearch } from './search.ts'

type Entry = components['schemas']['TimelineEntry']

const TONES = { slip: 'error', service: 'info', followup: 'primary', order: 'success', note: 'neutral' } as const
const SLIP_STATES = ['raised', 'answered', 'countersigned', 'closed'] as const

/** One thing that happened, in words, with the way to it. */
export function entryItem(t: TFunction, entry: Entry, customerId: string): TimelineItem {
  return {
    id: `${entry.kind} ${entry.id}`,
    at: entry.at,
    kind: t(`customers.entry.${entry.kind}`),
    tone: TONES[entry.kind],
    title: <Title t={t} entry={entry} customerId={customerId} />,
    text: <Words t={t} entry={entry} />,
    who: [entry.staff_name, entry.number].filter(Boolean).join(' · '),
  }
}

interface PartProps {
  t: TFunction
  entry: Entry
}

function titleText(t: TFunction, entry: Entry): string {
  if (entry.kind === 'followup' && entry.outcome) return `${entry.title} · ${outcomeWords(entry.outcome)}`
  if (entry.title) return entry.title
  if (entry.kind === 'order')
    return t(entry.status === 'refund' ? 'customers.entryTitle.refund' : 'customers.entryTitle.order')
  if (entry.kind === 'service') return t('customers.entryTitle.service')
  return ''
}

function Title({ t, entry, customerId }: PartProps & { customerId: string }) {
  const words = titleText(t, entry)
  const amount =
    typeof entry.amount_fen === 'number' && entry.amount_fen !== 0 ? (
      <span className={styles.amount}> {money(entry.amount_fen)}</span>
    ) : null
  const slipState = entry.kind === 'slip' ? oneOf(SLIP_STATES, entry.status) : undefined
  return (
    <>
      <EntryLink entry={entry} customerId={customerId}>
        {words}
      </EntryLink>
      {amount}
      {slipState ? (
        <>
          {' '}
          <SlipStateTag state={slipState} />
        </>
      ) : null}
    </>
  )
}

function EntryLink({ entry, customerId, children }: { entry: Entry; customerId: string; children: ReactNode }) {
  const link = entry.link_id
  if (entry.kind === 'followup' && link) {
    return (
      <Link to="/tasks/$taskId" params={{ taskId: link }} className={styles.link}>
        {children}
      </Link>
    )
  }
  if (entry.kind === 'slip' && link) {
    return (
      <Link to="/slips/$slipId" params={{ slipId: link }} className={styles.link}>
        {children}
      </Link>
    )
  }
  if (entry.kind === 'order' || entry.kind === 'service') {
    return (
      <Link
        to="/customers/$customerId"
        params={{ customerId }}
        search={(old) => ({ ...customerSearch(old), open: entry.kind as 'order' | 'service', id: entry.id })}
        resetScroll={false}
        className={styles.link}
      >
        {children}
      </Link>
    )
  }
  return children
}

function Words({ t, entry }: PartProps) {
  const meta = [
    entry.asset_line ?? undefined,
    entry.kind === 'service' && entry.status === 'open' ? t('records.service.status.open') : undefined,
    entry.kind === 'followup' && entry.status ? channelWords(entry.status) : undefined,
    entry.kind === 'order' && entry.status === 'refund' && entry.title ? t('records.order.kind.refund') : undefined,
    entry.scores ? scoresWords(t, entry.scores) || undefined : undefined,
  ].filter(Boolean)
  if (!entry.text && meta.length === 0) return null
  return (
    <>
      {meta.length > 0 ? <div className={styles.meta}>{meta.join(' · ')}</div> : null}
      {entry.text ? <div className={styles.words}>{entry.text}</div> : null}
    </>
  )
}
