import type { FormInstance } from 'antd'
import { wordsOf } from '~/i18n/i18n.ts'

/** One field that the server refused. */
export interface ProblemField {
  /** Name as in the request body, e.g. `phones.0.number`. */
  path: string
  code: string
  params: Record<string, unknown>
}

/** A refusal of the server (`application/problem+json`), or a failure to reach it. */
export class ProblemError extends Error {
  readonly status: number
  readonly code: string
  readonly params: Record<string, unknown>
  readonly fields: ProblemField[]
  /** Identifier of the request, to be named when asking for help. */
  readonly trace: string | undefined

  constructor(init: {
    status: number
    code: string
    params?: Record<string, unknown>
    fields?: ProblemField[]
    trace?: string
  }) {
    super(init.code)
    this.name = 'ProblemError'
    this.status = init.status
    this.code = init.code
    this.params = init.params ?? {}
    this.fields = init.fields ?? []
    this.trace = init.trace
  }
}

function record(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {}
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined
}

const CODE_OF_STATUS: Record<number, string> = {
  400: 'invalid',
  401: 'unauthenticated',
  403: 'forbidden',
  404: 'not_found',
  409: 'conflict',
  422: 'invalid',
  429: 'too_many_requests',
}

/** Reads a problem document; any other answer becomes a problem named after its status. */
export async function readProblem(response: Response): Promise<ProblemError> {
  const body = record(
    await response
      .clone()
      .json()
      .catch(() => undefined),
  )
  const list = Array.isArray(body.fields) ? body.fields : []
  return new ProblemError({
    status: response.status,
    code: text(body.code) ?? CODE_OF_STATUS[response.status] ?? 'unknown',
    params: record(body.params),
    fields: list.map((item: unknown) => {
      const entry = record(item)
      return { path: text(entry.path) ?? '', code: text(entry.code) ?? 'invalid', params: record(entry.params) }
    }),
    trace: text(body.trace) ?? response.headers.get('x-request-id') ?? undefined,
  })
}

export function asProblem(error: unknown): ProblemError {
  if (error instanceof ProblemError) return error
  return new ProblemError({ status: 0, code: error instanceof TypeError ? 'network' : 'unknown' })
}

/** The words for a problem, in the language shown. */
export function problemWords(error: unknown): string {
  const problem = asProblem(error)
  return (
    wordsOf(`problem.${problem.code}`, problem.params) ??
    wordsOf(`problem.${CODE_OF_STATUS[problem.status] ?? 'unknown'}`) ??
    problem.code
  )
}

/** The words for a refused field: those under `problem.field`, else those of the whole code. */
export function fieldWords(field: ProblemField): string {
  // Only an upper bound: words that name no lower one.
  const bounded = 'max' in field.params && !('min' in field.params) ? `${field.code}_max` : field.code
  for (const code of [bounded, field.code]) {
    const words =
      wordsOf(`problem.field.${code.replace(/^field\./, '')}`, field.params) ?? wordsOf(`problem.${code}`, field.params)
    if (words) return words
  }
  return wordsOf('problem.field.invalid') ?? field.code
}

/** `phones.0.number` → `['phones', 0, 'number']`. */
export function fieldPath(field: string): (string | number)[] {
  return field
    .split(/[.[\]]+/)
    .filter(Boolean)
    .map((part) => (/^\d+$/.test(part) ? Number(part) : part))
}

/**
 * Shows the refused fields under their inputs. Returns the words that belong to no input
 * (to be shown as a message), or `undefined` when every word found its place.
 */
export function problemToForm(form: FormInstance, error: unknown): string | undefined {
  const problem = asProblem(error)
  const known: { name: (string | number)[]; errors: string[] }[] = []
  const homeless: string[] = []
  const inputs = new Set(form.getFieldsError().map((field) => JSON.stringify(field.name)))
  for (const field of problem.fields) {
    const name = fieldPath(field.path)
    if (inputs.has(JSON.stringify(name))) known.push({ name, errors: [fieldWords(field)] })
    else homeless.push(fieldWords(field))
  }
  if (known.length > 0) {
    form.setFields(known)
    form.scrollToField(known[0]?.name ?? [], { block: 'center' })
  }
  if (problem.fields.length === 0) return problemWords(error)
  return homeless.length > 0 ? homeless.join(wordsOf('common.semicolon')) : undefined
}
