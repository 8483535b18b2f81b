import { useTranslation } from 'react-i18next'
import { count, moneyShort } from '~/shared/lib/money.ts'
import { MetricCard, MetricGrid } from '~/shared/ui/MetricCard.tsx'
import type { Pyramid } from './PyramidPage.tsx'

/** The month in five figures. */
export function Metrics({ pyramid }: { pyramid: Pyramid }) {
  const { t } = useTranslation()
  const average = Math.round(pyramid.total_fen / Math.max(pyramid.ranked, 1))
  const mark = (sign: string, value: number) => (
    <>
      <span aria-hidden="true">{value > 0 ? `${sign} ` : ''}</span>
      {count(value)}
    </>
  )
  return (
    <div>
      <MetricGrid five>
        <MetricCard
          label={t('pyramid.metric.ranked')}
          value={count(pyramid.ranked)}
          formula={t('pyramid.formula.ranked')}
        />
        <MetricCard
          label={t('pyramid.metric.total', { basis: t(`pyramid.basis.${pyramid.basis}`) })}
          value={moneyShort(pyramid.total_fen)}
          note={t('pyramid.metricNote.average', { amount: moneyShort(average) })}
          formula={t(`pyramid.formula.${pyramid.basis}`)}
        />
        <MetricCard
          label={t('pyramid.metric.newcomers')}
          value={count(pyramid.newcomers)}
          note={t('pyramid.metricNote.newcomers')}
          formula={t('pyramid.formula.newcomers')}
        />
        <MetricCard
          label={t('pyramid.metric.up')}
          value={mark('▲', pyramid.moved_up)}
          note={t('pyramid.metricNote.moved')}
          formula={t('pyramid.formula.moved')}
        />
        <MetricCard
          label={t('pyramid.metric.down')}
          value={mark('▼', pyramid.moved_down)}
          note={t('pyramid.metricNote.moved')}
          formula={t('pyramid.formula.moved')}
        />
      </MetricGrid>
    </div>
  )
}
