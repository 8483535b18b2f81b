import { useCallback } from 'react'
import { useTranslation } from 'react-i18next'
import { percent } from '~/shared/lib/ratio.ts'
import { Chart, type ChartTheme } from '~/shared/ui/Chart.tsx'
import type { Pyramid } from './PyramidPage.tsx'
import { TIERS, type Tier } from './search.ts'

/** How few bring how much: per tier the share of customers beside the share of the amount. */
export function SharesChart({ pyramid, onTier }: { pyramid: Pyramid; onTier: (tier: Tier) => void }) {
  const { t } = useTranslation()
  const { tiers } = pyramid
  const best = tiers[0]
  const option = useCallback(
    ({ colours, palette }: ChartTheme) => {
      const label = { show: true, position: 'right', color: palette.ink2, textBorderWidth: 0 }
      const bars = (name: string, of: (line: Pyramid['tiers'][number]) => number | null | undefined) => ({
        type: 'bar',
        name,
        barMaxWidth: 14,
        label: { ...label, formatter: ({ value }: { value: number }) => `${value}%` },
        data: tiers.map((line) => Math.round((of(line) ?? 0) / 10) / 10),
      })
      return {
        color: colours.slice(0, 2),
        grid: { top: 32, right: 56, bottom: 4, left: 4, containLabel: true },
        xAxis: {
          type: 'value',
          axisLabel: { formatter: '{value}%', color: palette.ink2 },
          splitLine: { lineStyle: { color: palette.line } },
        },
        yAxis: {
          type: 'category',
          inverse: true,
          data: tiers.map((line) => line.tier),
          axisLine: { lineStyle: { color: palette.line } },
          axisTick: { show: false },
          axisLabel: { color: palette.ink, fontWeight: 600 },
        },
        series: [
          bars(t('pyramid.chart.heads'), (line) => line.heads_bp),
          bars(t('pyramid.chart.amount'), (line) => line.share_bp),
        ],
      }
    },
    [tiers, t],
  )
  const point = useCallback(
    (index: number) => {
      const tier = TIERS[index]
      if (tier) onTier(tier)
    },
    [onTier],
  )
  return (
    <Chart
      label={t('pyramid.chart.label', {
        basis: t(`pyramid.basis.${pyramid.basis}`),
        heads: percent(best?.heads_bp),
        share: percent(best?.share_bp),
      })}
      option={option}
      onPoint={point}
      height={264}
      table={{
        head: [t('pyramid.column.tier'), t('pyramid.column.headsShare'), t('pyramid.column.amountShare')],
        rows: tiers.map((line) => [line.tier, percent(line.heads_bp), percent(line.share_bp)]),
      }}
    />
  )
}
