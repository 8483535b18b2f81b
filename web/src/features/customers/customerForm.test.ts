import dayjs from 'dayjs'
import { describe, expect, it } from 'vitest'
import { blankValues, type CustomerView, inputOf, typedPhones, valuesOf } from './customerForm.ts'

const view: CustomerView = {
  row: {
    id: 'c1',
    number: 'C000001',
    name: '王建国',
    kind: 'person',
    tier: 'A',
    stage: 'loyal',
    asset_count: 1,
    branch_id: 'b1',
    branch_name: '成都高新店',
    owner_id: 's1',
    owner_name: '罗嘉',
    revenue_fen: 0,
    order_count: 0,
    visit_count: 0,
    tags: ['车队'],
    do_not_call: false,
    version: 7,
  },
  phones: [
    { id: 'p1', masked: '138****6217', kind: 'mobile', primary: true, do_not_use: false, valid: true, label: '本人' },
    { id: 'p2', masked: '028****1234', kind: 'landline', primary: false, do_not_use: true, valid: true },
  ],
  emails: [{ id: 'e1', masked: 'w***@example.com', primary: true }],
  address_masked: '四川省成都市****',
  birthday_masked: '1985-**-**',
  personality: 'achiever',
  contact_from: '18:30',
  contact_to: '20:00',
  consents: [
    { channel: 'phone', purpose: 'service', granted: true, at: 1, source: '维修委托书' },
    { channel: 'sms', purpose: 'marketing', granted: false, at: 2 },
  ],
  assets: [],
  gaps: [],
  created_at: 0,
  updated_at: 0,
  revenue_12m_fen: 0,
  orders_12m: 0,
  visits_12m: 0,
  ask_at_reception: false,
  can_reveal: true,
}

describe('a stored customer', () => {
  it('goes back unchanged: hidden values by id and keep, never as masks', () => {
    const input = inputOf(valuesOf(view), view, 7)
    expect(input.phones).toEqual([
      { id: 'p1', label: '本人', primary: true, do_not_use: false },
      { id: 'p2', label: null, primary: false, do_not_use: true },
    ])
    expect(input.emails).toEqual([{ id: 'e1', label: null, primary: true }])
    expect(input).toMatchObject({ keep_address: true, address: null, keep_birthday: true, birthday: null, version: 7 })
    expect(input).toMatchObject({ contact_from: '18:30', contact_to: '20:00' })
    expect(JSON.stringify(input)).not.toContain('*')
    expect(input.consents).toEqual([
      { channel: 'phone', purpose: 'service', granted: true, source: '维修委托书' },
      { channel: 'sms', purpose: 'marketing', granted: false, source: null },
    ])
  })

  it('gets a new number under the old id, and a new address', () => {
    const values = valuesOf(view)
    values.phones = values.phones.map((row) => (row.id === 'p1' ? { ...row, number: ' 13900000000 ' } : row))
    values.address = { keep: false, masked: '四川省成都市****', value: '天府大道 1 号' }
    values.birthday = { keep: false, value: dayjs('1985-03-07') }
    const input = inputOf(values, view)
    expect(input.phones[0]).toEqual({
      id: 'p1',
      number: '13900000000',
      label: '本人',
      primary: true,
      do_not_use: false,
    })
    expect(input).toMatchObject({
      keep_address: false,
      address: '天府大道 1 号',
      keep_birthday: false,
      birthday: '1985-03-07',
    })
    expect('version' in input).toBe(false)
  })

  it('loses what was removed', () => {
    const values = { ...valuesOf(view), address: { keep: false, masked: '四川省成都市****' }, phones: [], consents: {} }
    expect(inputOf(values, view)).toMatchObject({ keep_address: false, address: null, phones: [], consents: [] })
    const anyTime = { ...valuesOf(view), contact_from: '', contact_to: undefined }
    expect(inputOf(anyTime, view)).toMatchObject({ contact_from: null, contact_to: null })
  })

  it('as a firm has neither birthday nor gender', () => {
    const input = inputOf({ ...valuesOf(view), kind: 'organisation', gender: 'male' }, view)
    expect(input).toMatchObject({ gender: null, birthday: null, keep_birthday: false, keep_address: true })
  })

  it('forgets where a consent came from when the answer changes', () => {
    const values = valuesOf(view)
    const input = inputOf({ ...values, consents: { ...values.consents, 'phone.service': false } }, view)
    expect(input.consents[0]).toEqual({ channel: 'phone', purpose: 'service', granted: false, source: null })
  })
})

describe('a new customer', () => {
  it('leaves out empty rows and has one first telephone', () => {
    const values = blankValues({ branch_id: 'b1' })
    values.name = ' 李秀兰 '
    values.phones = [
      { primary: false, do_not_use: false },
      { primary: false, do_not_use: false, number: '13800000001' },
      { primary: true, do_not_use: false, number: '13800000002' },
      { primary: true, do_not_use: false, number: '13800000003' },
    ]
    values.tags = [' VIP ', ' ']
    const input = inputOf(values)
    expect(input.name).toBe('李秀兰')
    expect(input.phones.map((phone) => [phone.number, phone.primary])).toEqual([
      ['13800000001', false],
      ['13800000002', true],
      ['13800000003', false],
    ])
    expect(input.tags).toEqual(['VIP'])
  })

  it('without a mark tries the first telephone first', () => {
    const values = blankValues({ branch_id: 'b1' })
    values.phones = [
      { primary: false, do_not_use: false, number: '13800000001' },
      { primary: false, do_not_use: false, number: '13800000002' },
    ]
    expect(inputOf(values).phones.map((phone) => phone.primary)).toEqual([true, false])
  })
})

it('only telephones that are long enough are looked up', () => {
  const rows = [
    { number: '138' },
    { number: '１３８００１３８０００' },
    { number: '13800138000' },
    { id: 'p1' },
    { number: '028-8512 3456' },
  ]
  expect(typedPhones(rows)).toEqual(['13800138000', '028-8512 3456'])
})
