import type { TFunction } from 'i18next'
import type { components } from '~/api/schema.gen.ts'
import { lasting } from '~/shared/lib/lasting.ts'
import { count } from '~/shared/lib/money.ts'
import { percent } from '~/shared/lib/ratio.ts'
import type { Delta } from '~/shared/ui/MetricCard.tsx'
import { groupDays, isTime } from './period.ts'
import type { By, FigureCode, RatesSearch } from './search.ts'

export type Figure = components['schemas']['Figure']
export type Rates = components['schemas']['RatesView']

/** A figure as people read it; without a denominator it is unknown, never zero. */
export function figureWords(t: TFunction, figure: Pick<Figure, 'unit' | 'value'>): string {
  if (figure.value === null || figure.value === undefined) return '—'
  if (figure.unit === 'bp') return percent(figure.value)
  return figure.unit === 'ms' ? lasting(t, figure.value) : count(figure.value)
}

/** Which way is good. Figures that only say how much there was, or how things stand today, are not compared. */
const GOOD: Partial<Record<FigureCode, 'up' | 'down'>> = {
  reached: 'up',
  followup_rate: 'up',
  completed: 'up',
  satisfied_rate: 'up',
  reopen_rate: 'down',
  loop_time: 'down',
}

/** Against as many days before; nothing where there is too little on either side. */
export function deltaOf(t: TFunction, figure: Figure, earlier: Figure | undefined): Delta | undefined {
  const good = GOOD[figure.code]
  const { value } = figure
  if (!good || !earlier || figure.too_little || earlier.too_little) return undefined
  if (typeof value !== 'number' || typeof earlier.value !== 'number') return undefined
  const by = value - earlier.value
  const direction = by > 0 ? 'up' : by < 0 ? 'down' : 'same'
  const size = Math.abs(by)
  const text =
    figure.unit === 'bp'
      ? t('rates.points', { value: (size / 100).toFixed(1) })
      : figure.unit === 'ms'
        ? lasting(t, size)
        : count(size)
  return { direction, good: direction === good, text: direction === 'same' ? t('common.delta.same') : text }
}

export interface RowsQuery {
  figure: string
  factor?: string
  from: string
  to: string
  branch_id?: string
  branch_alone?: boolean
  staff_id?: string
}

/** Which rows stand behind a number: those of the figure, narrowed to the group. */
export function rowsQuery(search: RatesSearch, view: Pick<Rates, 'from' | 'to' | 'by'>): RowsQuery | undefined {
  if (!search.figure) return undefined
  const { group } = search
  const days = group && isTime(view.by) ? groupDays(view.by, group, view) : { from: view.from, to: view.to }
  return {
    figure: search.figure,
    factor: search.factor,
    ...days,
    ...(group && view.by === 'branch' ? { branch_id: group, branch_alone: true } : { branch_id: search.branch }),
    staff_id: group && view.by === 'agent' ? group : search.staff,
  }
}

/** `2026-11-16 至 2026-11-21`, a name, or words for what nobody has taken. */
export function groupWords(
  t: TFunction,
  by: By,
  group: Rates['groups'][number],
  view: Pick<Rates, 'from' | 'to'>,
): string {
  if (by === 'week') {
    const { from, to } = groupDays('week', group.key, view)
    return t('rates.week', { from: from.slice(5), to: to.slice(5) })
  }
  return group.label || t('rates.unassigned')
}
