import type { components } from '~/api/schema.gen.ts'

export type ImportView = components['schemas']['ImportView']
export type ImportMapping = components['schemas']['ImportMapping']
export type ImportField = components['schemas']['ImportField']
export type ImportColumn = components['schemas']['ImportColumn']
export type ImportOptions = components['schemas']['ImportOptions']

/** What a person changes in the second step. */
export type Change =
  | { type: 'field'; index: number; field: string | null; repeatable: boolean }
  | { type: 'options'; part: Partial<ImportOptions> }
  | { type: 'reading'; part: Partial<Pick<ImportMapping, 'kind' | 'encoding' | 'delimiter' | 'sheet' | 'has_header'>> }

/**
 * The import as it will be: shown at once, before the server has answered. A field that only one column may be is
 * taken from the column that had it.
 */
export function applied(view: ImportView, change: Change): ImportView {
  switch (change.type) {
    case 'field':
      return {
        ...view,
        columns: view.columns.map((column) => {
          if (column.index === change.index)
            return { ...column, field: change.field, confidence: change.field ? 100 : 0 }
          const loses = change.field !== null && !change.repeatable && column.field === change.field
          return loses ? { ...column, field: null, confidence: 0 } : column
        }),
      }
    case 'options':
      return { ...view, options: { ...view.options, ...change.part } }
    case 'reading':
      return { ...view, ...change.part } as ImportView
  }
}

/** What is sent. When the file is read another way its columns are others, so the server proposes anew. */
export function mappingOf(view: ImportView, anew: boolean): ImportMapping {
  return {
    kind: view.kind as ImportMapping['kind'],
    encoding: view.encoding,
    delimiter: view.delimiter,
    sheet: view.sheet ?? null,
    has_header: view.has_header,
    columns: anew ? [] : view.columns.map(({ index, field }) => ({ index, field: field ?? null })),
    options: view.options,
    version: view.version,
  }
}

const WHOSE = ['customer_external_id', 'customer_phone', 'plate', 'vin']

/** Groups of fields of which each kind of file needs one; the server asks for the same before it checks. */
const NEEDS: Record<string, string[][]> = {
  customers: [['name']],
  assets: [
    ['customer_external_id', 'customer_phone', 'customer_name'],
    ['plate', 'vin', 'serial'],
  ],
  orders: [WHOSE, ['ordered_at'], ['revenue', 'unit_price']],
  service_records: [WHOSE, ['opened_at', 'closed_at']],
}

/** What the chosen columns lack: of each group one field is needed. Nothing: the file can be checked. */
export function lacking(kind: string, columns: readonly Pick<ImportColumn, 'field'>[]): string[][] {
  const mapped = new Set(columns.map((column) => column.field))
  const lacks = (NEEDS[kind] ?? []).filter((group) => !group.some((field) => mapped.has(field)))
  const priceAlone = kind === 'orders' && mapped.has('unit_price') && !mapped.has('revenue') && !mapped.has('quantity')
  return priceAlone ? [...lacks, ['quantity']] : lacks
}

/** How sure a proposal is, in three steps and none. */
export function surenessOf(
  column: Pick<ImportColumn, 'field' | 'confidence'>,
): 'sure' | 'likely' | 'doubtful' | 'none' {
  if (!column.field) return 'none'
  return column.confidence >= 90 ? 'sure' : column.confidence >= 60 ? 'likely' : 'doubtful'
}
