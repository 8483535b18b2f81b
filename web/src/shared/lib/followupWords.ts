import type { TFunction } from 'i18next'
import type { components } from '~/api/schema.gen.ts'
import { wordsOf } from '~/i18n/i18n.ts'

type TaskRow = components['schemas']['TaskRow']
type Scores = components['schemas']['Scores']
type Explain = components['schemas']['Explain']

/** The five factors of satisfaction (五度), in the order of the call. */
export const FACTORS = ['result', 'tangibles', 'responsiveness', 'empathy', 'contrast'] as const
export type Factor = (typeof FACTORS)[number]

export const KINDS = ['service_quality', 'marketing', 'care'] as const
export const CHANNELS = ['phone', 'sms', 'wechat', 'email', 'letter', 'face_to_face'] as const
export const OUTCOMES = ['reached', 'call_again', 'no_answer', 'refused', 'wrong_number'] as const
export type Outcome = (typeof OUTCOMES)[number]

/** Codes of the server as words; an unknown code is shown as it is. */
export function channelWords(code: string): string {
  return wordsOf(`followup.channel.${code}`) ?? code
}

export function outcomeWords(code: string): string {
  return wordsOf(`followup.outcome.${code}`) ?? code
}

/** Why this customer today (缘由), short. */
export function reasonWords(t: TFunction, task: Pick<TaskRow, 'reason_code' | 'reason_days' | 'slip_number'>): string {
  return t(`followup.reason.${task.reason_code}`, { count: task.reason_days ?? 0, slip: task.slip_number ?? '' })
}

/** A reason or consequence that the server gives as a code with parameters; `undefined` when there are no words for it. */
export function explainWords(explain: Explain, more: Record<string, unknown> = {}): string | undefined {
  const given =
    typeof explain.params === 'object' && explain.params !== null ? (explain.params as Record<string, unknown>) : {}
  return wordsOf(`followup.explain.${explain.code}`, { ...given, ...more })
}

/** `结果度 5 · 反应度 2`, only what was answered. */
export function scoresWords(t: TFunction, scores: Scores): string {
  return FACTORS.flatMap((factor) => {
    const score = scores[factor]
    return typeof score === 'number' ? [`${t(`followup.factor.${factor}.name`)} ${score}`] : []
  }).join(' · ')
}
