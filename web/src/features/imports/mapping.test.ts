import { describe, expect, it } from 'vitest'
import { applied, type ImportView, lacking, mappingOf, surenessOf } from './mapping.ts'
import { importSearch, importsSearch } from './search.ts'
import { stepOf } from './steps.ts'

const view: ImportView = {
  id: 'i',
  number: 'DR1',
  kind: 'customers',
  file_name: 'a.csv',
  size: 1,
  format: 'csv',
  encoding: 'gb18030',
  delimiter: 'comma',
  sheets: [],
  has_header: true,
  columns: [
    { index: 0, header: '姓名', samples: ['王'], field: 'name', confidence: 100 },
    { index: 1, header: '手机', samples: ['138'], field: 'phone', confidence: 80 },
    { index: 2, header: '电话2', samples: [], field: null, confidence: 0 },
  ],
  options: { match_by: ['phone'], on_match: 'fill_blanks', create_customers: true },
  status: 'draft',
  counts: { rows: 0, create: 0, update: 0, skip: 0, refuse: 0, customers_created: 0 },
  progress_bp: 0,
  created_by_name: '罗嘉',
  created_at: 0,
  begun: false,
  has_error_file: false,
  version: 4,
}

describe('choosing columns', () => {
  const fields = (after: ImportView) => after.columns.map((column) => column.field)

  it('takes a field that only one column may be from the other', () => {
    expect(fields(applied(view, { type: 'field', index: 2, field: 'name', repeatable: false }))).toEqual([
      null,
      'phone',
      'name',
    ])
    expect(fields(applied(view, { type: 'field', index: 2, field: 'phone', repeatable: true }))).toEqual([
      'name',
      'phone',
      'phone',
    ])
    expect(fields(applied(view, { type: 'field', index: 0, field: null, repeatable: false }))).toEqual([
      null,
      'phone',
      null,
    ])
  })

  it('sends every choice, and none when the file is read another way', () => {
    expect(mappingOf(view, false)).toMatchObject({
      version: 4,
      encoding: 'gb18030',
      sheet: null,
      columns: [
        { index: 0, field: 'name' },
        { index: 1, field: 'phone' },
        { index: 2, field: null },
      ],
    })
    const other = applied(view, { type: 'reading', part: { kind: 'orders', has_header: false } })
    expect(mappingOf(other, true)).toMatchObject({ kind: 'orders', has_header: false, columns: [] })
  })

  it('keeps the other options', () => {
    const after = applied(view, { type: 'options', part: { on_match: 'skip' } })
    expect(after.options).toEqual({ match_by: ['phone'], on_match: 'skip', create_customers: true })
  })
})

describe('what a file needs', () => {
  const columns = (...fields: string[]) => fields.map((field) => ({ field }))

  it('is one of each group', () => {
    expect(lacking('customers', columns('phone'))).toEqual([['name']])
    expect(lacking('assets', columns('customer_name', 'vin'))).toEqual([])
    expect(lacking('orders', columns('customer_external_id'))).toEqual([['ordered_at'], ['revenue', 'unit_price']])
    expect(lacking('service_records', columns('plate', 'closed_at'))).toEqual([])
  })

  it('a price alone says nothing without the quantity', () => {
    expect(lacking('orders', columns('plate', 'ordered_at', 'unit_price'))).toEqual([['quantity']])
    expect(lacking('orders', columns('plate', 'ordered_at', 'unit_price', 'revenue'))).toEqual([])
  })
})

it('proposals are sure, likely or doubtful', () => {
  expect(view.columns.map(surenessOf)).toEqual(['sure', 'likely', 'none'])
  expect(surenessOf({ field: 'name', confidence: 40 })).toBe('doubtful')
})

describe('steps', () => {
  it('follow the state on the server', () => {
    const steps = ['draft', 'checking', 'checked', 'running', 'done', 'failed', 'cancelled'].map((status) =>
      stepOf(status, undefined),
    )
    expect(steps).toEqual(['columns', 'check', 'check', 'run', 'result', 'result', 'result'])
  })

  it('go back to the columns unless something is under way or done', () => {
    expect(stepOf('checked', 'columns')).toBe('columns')
    expect(stepOf('running', 'columns')).toBe('run')
    expect(stepOf('done', 'columns')).toBe('result')
    expect(stepOf('failed', 'columns')).toBe('columns')
  })
})

it('addresses keep what is known', () => {
  expect(importSearch({ step: 'columns', outcome: 'refuse', x: 1 })).toEqual({ step: 'columns', outcome: 'refuse' })
  expect(importSearch({ step: 'run', outcome: 'all' })).toEqual({ step: undefined, outcome: undefined })
  expect(importsSearch({ kind: 'orders' })).toEqual({ kind: 'orders' })
})
