import { ProblemError } from '~/api/problem.ts'
import type { components } from '~/api/schema.gen.ts'

/** The problem that an import ended with, as one that a request was refused with: it has the same words. */
export function asError(problem: components['schemas']['Problem']): ProblemError {
  const params: unknown = problem.params
  return new ProblemError({
    status: problem.status,
    code: problem.code,
    params: typeof params === 'object' && params !== null ? (params as Record<string, unknown>) : {},
    trace: problem.trace ?? undefined,
  })
}
