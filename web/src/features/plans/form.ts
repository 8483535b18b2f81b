import type { components } from '~/api/schema.gen.ts'

export type PlanInput = components['schemas']['PlanInput']
type PlanView = components['schemas']['PlanView']

/** What a new plan starts with; the words are the firm's own. */
export const NEW_PLAN: Partial<PlanInput> = {
  kind: 'service_quality',
  trigger: 'service_closed',
  days: 3,
  channel: 'phone',
  due_hours: 24,
  active: true,
}

/** A plan as it is sent back. */
export function inputOf(plan: PlanView): PlanInput {
  const { id, branch_name, open_tasks, last_run_at, ...input } = plan
  return input
}

function text(value: string | null | undefined): string | null {
  const trimmed = value?.trim()
  return trimmed ? trimmed : null
}

/** The form's values as the server takes them, or `undefined` while something needed is missing. */
export function complete(values: Partial<PlanInput>, version: number | undefined): PlanInput | undefined {
  const { kind, trigger, channel, days, due_hours } = values
  const name = text(values.name)
  const purpose = text(values.purpose)
  const opener = text(values.opener)
  const permission_ask = text(values.permission_ask)
  const benefit = text(values.benefit)
  if (!kind || !trigger || !channel || typeof days !== 'number' || typeof due_hours !== 'number') return undefined
  if (!name || !purpose || !opener || !permission_ask || !benefit) return undefined
  return {
    name,
    kind,
    trigger,
    days,
    category: trigger === 'service_closed' ? text(values.category) : null,
    channel,
    purpose,
    opener,
    permission_ask,
    benefit,
    recap_hint: text(values.recap_hint),
    due_hours,
    min_gap_days: values.min_gap_days ?? null,
    branch_id: values.branch_id ?? null,
    active: values.active ?? true,
    version,
  }
}

/** Who is due does not depend on the words: a preview is asked for with whatever words there are. */
export function previewable(values: Partial<PlanInput>): PlanInput | undefined {
  const given = (value: string | null | undefined) => text(value) ?? '–'
  return complete(
    {
      ...values,
      name: given(values.name),
      purpose: given(values.purpose),
      opener: given(values.opener),
      permission_ask: given(values.permission_ask),
      benefit: given(values.benefit),
    },
    undefined,
  )
}
