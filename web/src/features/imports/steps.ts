export const STEPS = ['upload', 'columns', 'check', 'run', 'result'] as const
export type Step = (typeof STEPS)[number]

/** States in which nothing is under way, so that the columns can be chosen anew. What was half imported the server refuses. */
export function mayMap(status: string): boolean {
  return status === 'draft' || status === 'checked' || status === 'failed' || status === 'cancelled'
}

/** A job is under way. */
export function isBusy(status: string): boolean {
  return status === 'checking' || status === 'running'
}

/** Where an import stands. The server knows it, so it goes on there after a reload, on any computer. */
export function stepOf(status: string, wanted: 'columns' | undefined): Step {
  if (wanted === 'columns' && mayMap(status)) return 'columns'
  switch (status) {
    case 'draft':
      return 'columns'
    case 'checking':
    case 'checked':
      return 'check'
    case 'running':
      return 'run'
    default:
      return 'result'
  }
}
