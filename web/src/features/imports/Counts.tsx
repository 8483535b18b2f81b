import { useTranslation } from 'react-i18next'
import type { components } from '~/api/schema.gen.ts'
import { count } from '~/shared/lib/money.ts'
import { MetricCard, MetricGrid } from '~/shared/ui/MetricCard.tsx'
import { OUTCOMES } from './codes.ts'

export interface CountsProps {
  counts: components['schemas']['ImportCounts']
  kind: string
  /** Before the import: what would happen. */
  would?: boolean
}

/** How many lines do what. */
export function Counts({ counts, kind, would = false }: CountsProps) {
  const { t } = useTranslation()
  const when = would ? 'would' : 'did'
  return (
    <MetricGrid>
      <MetricCard label={t('imports.count.rows')} value={count(counts.rows)} note={t('imports.countNote.rows')} />
      {OUTCOMES.map((outcome) => (
        <MetricCard
          key={outcome}
          label={t(`imports.outcome.${outcome}`)}
          value={count(counts[outcome])}
          note={t(`imports.countNote.${when}.${outcome}`)}
          alarm={outcome === 'refuse' && counts.refuse > 0}
        />
      ))}
      {kind === 'customers' ? null : (
        <MetricCard
          label={t('imports.count.customers')}
          value={count(counts.customers_created)}
          note={t(`imports.countNote.${when}.customers`)}
        />
      )}
    </MetricGrid>
  )
}
