import { Link } from '@tanstack/react-router'
import { useCallback } from 'react'
import { useTranslation } from 'react-i18next'
import { count } from '~/shared/lib/money.ts'
import { mark, percent } from '~/shared/lib/ratio.ts'
import { Chart, type ChartTheme } from '~/shared/ui/Chart.tsx'
import { EmptyBox } from '~/shared/ui/EmptyBox.tsx'
import { FormulaHint } from '~/shared/ui/FormulaHint.tsx'
import type { Rates } from './figures.ts'
import styles from './Rates.module.css'
import type { RatesSearch } from './search.ts'
import { TooLittle } from './TooLittle.tsx'

/** The five factors of satisfaction (五度), each with the number of scores behind it. */
export function Factors({ view, search }: { view: Rates; search: RatesSearch }) {
  const { t } = useTranslation()
  const { factors } = view
  const name = useCallback((factor: (typeof factors)[number]) => t(`followup.factor.${factor.factor}.name`), [t])
  const option = useCallback(
    ({ colours, palette, tint }: ChartTheme) => ({
      grid: { top: 4, right: 40, bottom: 4, left: 4, containLabel: true },
      legend: { show: false },
      tooltip: { show: false },
      xAxis: {
        type: 'value',
        min: 0,
        max: 5,
        interval: 1,
        axisLabel: { color: palette.ink2 },
        splitLine: { lineStyle: { color: palette.line } },
      },
      yAxis: {
        type: 'category',
        inverse: true,
        data: factors.map(name),
        axisTick: { show: false },
        axisLine: { lineStyle: { color: palette.line } },
        axisLabel: { color: palette.ink },
      },
      series: [
        {
          type: 'bar',
          barMaxWidth: 16,
          label: {
            show: true,
            position: 'right',
            color: palette.ink,
            textBorderWidth: 0,
            formatter: ({ value }: { value: number | null }) => (value === null ? '' : value.toFixed(2)),
          },
          data: factors.map((factor) => ({
            value: typeof factor.mean_x100 === 'number' ? factor.mean_x100 / 100 : null,
            itemStyle: { color: factor.too_little ? tint(colours[0] ?? palette.ink) : colours[0], borderRadius: 2 },
          })),
        },
      ],
    }),
    [factors, name],
  )

  if (factors.every((factor) => factor.n === 0)) return <EmptyBox words={t('rates.factors.empty')} />
  return (
    <>
      <Chart
        label={t('rates.factors.label', {
          all: factors.map((factor) => `${name(factor)} ${mark(factor.mean_x100)}`).join(', '),
        })}
        option={option}
        height={168}
        table={{
          head: [t('rates.factors.factor'), t('rates.factors.mean'), t('rates.factors.top2'), t('rates.factors.n')],
          rows: factors.map((factor) => [
            name(factor),
            mark(factor.mean_x100),
            percent(factor.top2_bp),
            count(factor.n),
          ]),
        }}
      />
      <div className={styles.scroll}>
        <table className={styles.factors} aria-label={t('rates.factors.title')}>
          <thead>
            <tr>
              <th scope="col">
                {t('rates.factors.factor')}
                <FormulaHint of={t('rates.factors.title')}>
                  {t('rates.factors.formula', { min: view.min_n })}
                </FormulaHint>
              </th>
              <th scope="col">{t('rates.factors.mean')}</th>
              <th scope="col">{t('rates.factors.top2')}</th>
              <th scope="col">{t('rates.factors.n')}</th>
            </tr>
          </thead>
          <tbody>
            {factors.map((factor) => (
              <tr key={factor.factor}>
                <th scope="row">{name(factor)}</th>
                <td>{mark(factor.mean_x100)}</td>
                <td>{percent(factor.top2_bp)}</td>
                <td>
                  {factor.too_little ? <TooLittle n={factor.n} min={view.min_n} short /> : null}{' '}
                  {factor.n > 0 ? (
                    <Link
                      to="/rates"
                      search={{ ...search, figure: 'factor', factor: factor.factor, group: undefined }}
                      resetScroll={false}
                      title={t('rates.rows.title', { figure: name(factor) })}
                    >
                      {count(factor.n)}
                    </Link>
                  ) : (
                    count(factor.n)
                  )}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </>
  )
}
