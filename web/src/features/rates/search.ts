import { FACTORS, type Factor } from '~/shared/lib/followupWords.ts'

export const PERIODS = ['d7', 'd30', 'month', 'last_month', 'quarter', 'year'] as const
export type Preset = (typeof PERIODS)[number]

export const BY = ['branch', 'agent', 'day', 'week', 'month'] as const
export type By = (typeof BY)[number]

export const FIGURES = [
  'due',
  'reached',
  'followup_rate',
  'completed',
  'satisfied_rate',
  'slips_open',
  'slips_overdue',
  'slips_closed',
  'reopen_rate',
  'loop_time',
] as const
export type FigureCode = (typeof FIGURES)[number]

/** What the address of the figures may say: a colleague who opens it sees the same, down to the rows. */
export interface RatesSearch {
  /** A period that moves with the days; absent: the last 30 days, unless `from` and `to` say otherwise. */
  period?: Preset
  from?: string
  to?: string
  branch?: string
  staff?: string
  by?: By
  /** The figure whose rows are shown. */
  figure?: FigureCode | 'factor'
  factor?: Factor
  /** Key of the group whose rows are shown; absent: all. */
  group?: string
}

function dayText(value: unknown): string | undefined {
  return typeof value === 'string' && /^\d{4}-\d{2}-\d{2}$/.test(value) ? value : undefined
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined
}

export function ratesSearch(search: Record<string, unknown>): RatesSearch {
  const from = dayText(search.from)
  const to = dayText(search.to)
  const chosen = from !== undefined && to !== undefined && from <= to
  const factor = FACTORS.find((each) => each === search.factor)
  const figure = factor ? 'factor' : FIGURES.find((each) => each === search.figure)
  return {
    period: chosen ? undefined : PERIODS.find((each) => each === search.period),
    from: chosen ? from : undefined,
    to: chosen ? to : undefined,
    branch: text(search.branch),
    staff: text(search.staff),
    by: BY.find((each) => each === search.by),
    figure,
    factor,
    group: figure ? text(search.group) : undefined,
  }
}
