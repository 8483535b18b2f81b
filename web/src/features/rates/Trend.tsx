import { useCallback } from 'react'
import { useTranslation } from 'react-i18next'
import { percent } from '~/shared/lib/ratio.ts'
import { Chart, type ChartTheme } from '~/shared/ui/Chart.tsx'
import { EmptyBox } from '~/shared/ui/EmptyBox.tsx'
import { groupWords, type Rates } from './figures.ts'
import { isTime } from './period.ts'

/** More names than this are not read in a chart; the table below has them all. */
const MOST_NAMES = 12

/** Due, reached and the rate over time, or per branch or person. */
export function Trend({ view, onGroup }: { view: Rates; onGroup: (group: string) => void }) {
  const { t } = useTranslation()
  const { by } = view
  const time = isTime(by)
  const groups = view.groups.filter((group) => time || group.due > 0).slice(0, time ? undefined : MOST_NAMES)
  const rate = view.figures.find((figure) => figure.code === 'followup_rate')?.value
  const names = groups.map((group) => (by === 'day' ? group.key.slice(5) : groupWords(t, by, group, view)))
  const data = JSON.stringify(
    groups.map((group) => [
      group.due,
      group.reached,
      // A rate over a handful is left out of the line; the table below has it, marked.
      group.due < view.min_n ? null : (group.followup_rate_bp ?? null),
    ]),
  )
  const labels = names.join('\n')

  const option = useCallback(
    ({ colours, palette, tint }: ChartTheme) => {
      const rows = JSON.parse(data) as [number, number, number | null][]
      const [done = palette.ink, line = palette.ink] = colours
      const category = {
        type: 'category',
        data: labels.split('\n'),
        axisTick: { show: false },
        axisLine: { lineStyle: { color: palette.line } },
        axisLabel: { color: palette.ink2 },
      }
      const value = {
        type: 'value',
        minInterval: 1,
        axisLabel: { color: palette.ink2 },
        splitLine: { lineStyle: { color: palette.line } },
      }
      const bars = [
        {
          type: 'bar',
          name: t('rates.trend.due'),
          barMaxWidth: 20,
          barGap: '-100%',
          itemStyle: { color: tint(done), borderRadius: 2 },
          data: rows.map(([due]) => due),
        },
        {
          type: 'bar',
          name: t('rates.trend.reached'),
          barMaxWidth: 20,
          itemStyle: { color: done, borderRadius: 2 },
          data: rows.map(([, reached]) => reached),
        },
      ]
      const grid = { top: 40, right: 8, bottom: 4, left: 4, containLabel: true }
      if (!time) return { grid, xAxis: value, yAxis: { ...category, inverse: true }, series: bars }
      return {
        grid,
        xAxis: category,
        yAxis: [
          value,
          {
            type: 'value',
            min: 0,
            max: 100,
            axisLabel: { formatter: '{value}%', color: palette.ink2 },
            splitLine: { show: false },
          },
        ],
        series: [
          ...bars,
          {
            type: 'line',
            name: t('rates.trend.rate'),
            yAxisIndex: 1,
            itemStyle: { color: line },
            symbolSize: 6,
            connectNulls: false,
            tooltip: { valueFormatter: (each: unknown) => (typeof each === 'number' ? `${each}%` : '—') },
            data: rows.map(([, , bp]) => (bp === null ? null : Math.round(bp / 10) / 10)),
          },
        ],
      }
    },
    [data, labels, time, t],
  )
  const keys = groups.map((group) => group.key).join('\n')
  const point = useCallback(
    (index: number) => {
      const key = keys.split('\n')[index]
      if (key) onGroup(key)
    },
    [keys, onGroup],
  )

  if (groups.every((group) => group.due === 0)) return <EmptyBox words={t('rates.trend.empty')} />
  return (
    <Chart
      label={t('rates.trend.label', { by: t(`rates.by.${by}`), rate: percent(rate) })}
      option={option}
      onPoint={point}
      height={time ? 376 : Math.max(376, 64 + groups.length * 36)}
      table={{
        head: [t(`rates.byHead.${by}`), t('rates.trend.due'), t('rates.trend.reached'), t('rates.trend.rate')],
        rows: groups.map((group) => [
          groupWords(t, by, group, view),
          group.due,
          group.reached,
          percent(group.followup_rate_bp),
        ]),
      }}
    />
  )
}
