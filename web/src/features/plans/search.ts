/** Which plan is being edited: its id, or `new`; lives in the address. */
export interface PlansSearch {
  plan?: string
}

export function plansSearch(input: Record<string, unknown>): PlansSearch {
  return { plan: typeof input.plan === 'string' && input.plan !== '' ? input.plan : undefined }
}
