import { Segmented } from 'antd'
import { BarChart, LineChart } from 'echarts/charts'
import { GridComponent, LegendComponent, TooltipComponent } from 'echarts/components'
import { type EChartsCoreOption, init, use } from 'echarts/core'
import { SVGRenderer } from 'echarts/renderers'
import { useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { usePrefs } from '~/shared/lib/prefs.ts'
import { chartColours, fonts, type Palette, palettes, planTint } from '~/theme/tokens.ts'
import styles from './Chart.module.css'

use([BarChart, LineChart, GridComponent, LegendComponent, TooltipComponent, SVGRenderer])

export interface ChartTheme {
  colours: string[]
  palette: Palette
  /** The hue of "done" made light for "planned". */
  tint: (colour: string) => string
}

export interface ChartProps {
  /** What the chart shows and its main message, read out. */
  label: string
  option: (theme: ChartTheme) => EChartsCoreOption
  /** The same numbers as a table, as shown to people. */
  table: { head: string[]; rows: (string | number)[][] }
  height?: number
  /** Index of the point clicked: to drill down. */
  onPoint?: (index: number, series: number) => void
}

/** A chart with the theme's colours and a table of the same numbers. */
export function Chart({ label, option, table, height = 280, onPoint }: ChartProps) {
  const { t } = useTranslation()
  const [view, setView] = useState<'chart' | 'table'>('chart')
  return (
    <div>
      <div className={styles.bar}>
        <Segmented
          size="small"
          aria-label={label}
          value={view}
          onChange={setView}
          options={[
            { value: 'chart' as const, label: t('common.chart') },
            { value: 'table' as const, label: t('common.table') },
          ]}
        />
      </div>
      {view === 'chart' ? (
        <Drawing label={label} option={option} height={height} onPoint={onPoint} />
      ) : (
        <div className={styles.scroll}>
          <table className={styles.table} aria-label={label}>
            <thead>
              <tr>
                {table.head.map((cell) => (
                  <th key={cell} scope="col">
                    {cell}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {table.rows.map((row) => (
                <tr key={String(row[0])}>
                  {row.map((cell, index) => (
                    <td key={table.head[index] ?? index}>{cell}</td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </div>
  )
}

function Drawing({
  label,
  option,
  height,
  onPoint,
}: Required<Pick<ChartProps, 'label' | 'option' | 'height'>> & Pick<ChartProps, 'onPoint'>) {
  const { theme } = usePrefs()
  const box = useRef<HTMLDivElement>(null)
  useEffect(() => {
    if (!box.current) return
    const palette = palettes[theme]
    const colours = chartColours(theme)
    const chart = init(box.current, undefined, { renderer: 'svg' })
    const still = matchMedia('(prefers-reduced-motion: reduce)').matches
    chart.setOption({
      color: colours,
      backgroundColor: 'transparent',
      animation: !still,
      animationDuration: 180,
      textStyle: { fontFamily: fonts.ui, color: palette.ink2, textBorderWidth: 0 },
      tooltip: {
        trigger: 'axis',
        confine: true,
        backgroundColor: palette.card,
        borderColor: palette.line,
        textStyle: { color: palette.ink },
      },
      legend: { top: 0, right: 0, textStyle: { color: palette.ink2 } },
      ...option({ colours, palette, tint: planTint }),
    })
    if (onPoint) chart.on('click', (event) => onPoint(event.dataIndex, event.seriesIndex ?? 0))
    const resize = new ResizeObserver(() => chart.resize())
    resize.observe(box.current)
    return () => {
      resize.disconnect()
      chart.dispose()
    }
  }, [theme, option, onPoint])
  return <div ref={box} role="img" aria-label={label} style={{ height }} />
}
