import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { count } from '~/shared/lib/money.ts'
import { MetricCard, MetricGrid } from '~/shared/ui/MetricCard.tsx'
import { deltaOf, type Figure, figureWords, type Rates } from './figures.ts'
import styles from './Rates.module.css'
import type { FigureCode, RatesSearch } from './search.ts'
import { TooLittle } from './TooLittle.tsx'

export interface FiguresProps {
  view: Rates
  /** The same figures of as many days before. */
  earlier: Rates | undefined
  search: RatesSearch
}

/** What a rate is made of: words of its parts, and the figures whose rows the parts are. */
const PARTS: Partial<
  Record<FigureCode, { part: PartWords; partOf?: FigureCode; whole: PartWords; wholeOf: FigureCode }>
> = {
  followup_rate: { part: 'reached', partOf: 'reached', whole: 'due', wholeOf: 'due' },
  satisfied_rate: { part: 'satisfied', whole: 'scored', wholeOf: 'satisfied_rate' },
  reopen_rate: { part: 'reopened', partOf: 'reopen_rate', whole: 'closed', wholeOf: 'slips_closed' },
}
type PartWords = 'reached' | 'due' | 'satisfied' | 'scored' | 'reopened' | 'closed'

/** The figures of the period as cards: value, what it is made of, how it is computed, how it moved. */
export function Figures({ view, earlier, search }: FiguresProps) {
  const { t } = useTranslation()
  return (
    <section aria-label={t('rates.figures')}>
      <MetricGrid five>
        {view.figures.map((figure) => (
          <One
            key={figure.code}
            figure={figure}
            before={earlier?.figures.find((each) => each.code === figure.code)}
            view={view}
            search={search}
          />
        ))}
      </MetricGrid>
    </section>
  )
}

interface OneProps {
  figure: Figure
  before: Figure | undefined
  view: Rates
  search: RatesSearch
}

function One({ figure, before, view, search }: OneProps) {
  const { t } = useTranslation()
  const { code } = figure
  const name = t(`rates.figure.${code}.name`)
  const words = figureWords(t, figure)
  const known = words !== '—'
  const made = <Made figure={figure} search={search} />
  return (
    <MetricCard
      label={name}
      value={
        known ? (
          <Rows of={code} search={search} label={t('rates.rows.title', { figure: name })} className={styles.value}>
            {words}
          </Rows>
        ) : (
          <span className={styles.none}>{t('rates.noData')}</span>
        )
      }
      alarm={code === 'slips_overdue' && (figure.value ?? 0) > 0}
      delta={deltaOf(t, figure, before)}
      formula={
        <>
          <p className={styles.formula}>{t(`rates.figure.${code}.formula`)}</p>
          {made}
        </>
      }
      note={
        <>
          {made}
          {figure.too_little && known ? (
            <TooLittle n={figure.denominator ?? figure.numerator ?? 0} min={view.min_n} />
          ) : null}
        </>
      }
    />
  )
}

/** `已接通 31 ÷ 应回访 40`, each part a way to its rows. */
function Made({ figure, search }: { figure: Figure; search: RatesSearch }) {
  const { t } = useTranslation()
  const parts = PARTS[figure.code]
  if (figure.code === 'loop_time') {
    const n = figure.denominator ?? figure.numerator
    return typeof n === 'number' ? <span className={styles.parts}>{t('rates.parts.cases', { count: n })}</span> : null
  }
  if (!parts || typeof figure.numerator !== 'number' || typeof figure.denominator !== 'number') return null
  const part = t(`rates.parts.${parts.part}`, { n: count(figure.numerator) })
  const whole = t(`rates.parts.${parts.whole}`, { n: count(figure.denominator) })
  return (
    <span className={styles.parts}>
      {parts.partOf ? (
        <Rows of={parts.partOf} search={search}>
          {part}
        </Rows>
      ) : (
        part
      )}
      <span> ÷ </span>
      <Rows of={parts.wholeOf} search={search}>
        {whole}
      </Rows>
    </span>
  )
}

interface RowsProps {
  of: FigureCode
  search: RatesSearch
  label?: string
  className?: string
  children: ReactNode
}

/** A number that leads to its rows. */
export function Rows({ of, search, label, className, children }: RowsProps) {
  return (
    <Link
      to="/rates"
      search={{ ...search, figure: of, factor: undefined, group: undefined }}
      resetScroll={false}
      title={label}
      className={className}
    >
      {children}
    </Link>
  )
}
