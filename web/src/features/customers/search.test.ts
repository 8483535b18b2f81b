import { describe, expect, it } from 'vitest'
import {
  chipsOf,
  customerSearch,
  customersQuery,
  customersSearch,
  isFiltered,
  servicesSearch,
  withoutChip,
} from './search.ts'

/** What is set, without the keys that are undefined. */
const said = (value: object) => JSON.parse(JSON.stringify(value))

describe('the address of the list', () => {
  it('keeps what is known and drops the rest', () => {
    const search = customersSearch({
      q: ' 王 ',
      tier: 'A',
      stage: 'loyal',
      personality: 'expert',
      kind: 'robot',
      branch: 'b1',
      idle: '180',
      from: '2026-01-01',
      to: 'yesterday',
      sort: '-revenue',
      evil: 1,
    })
    expect(said(search)).toEqual({
      q: '王',
      tier: 'A',
      stage: 'loyal',
      personality: 'expert',
      branch: 'b1',
      idle: 180,
      from: '2026-01-01',
      sort: '-revenue',
    })
  })

  it('reads digits of a telephone as text and refuses impossible days', () => {
    expect(customersSearch({ q: 6217 }).q).toBe('6217')
    expect(customersSearch({ q: '  ' }).q).toBeUndefined()
    for (const idle of [-1, 1.5, 'x', '', 99_999]) expect(customersSearch({ idle }).idle).toBeUndefined()
    expect(customersSearch({ idle: 0 }).idle).toBe(0)
  })

  it('leaves out the order that goes without saying', () => {
    expect(customersSearch({ sort: '-created' }).sort).toBeUndefined()
  })

  it('becomes the parameters of the server', () => {
    const search = customersSearch({ q: '王', branch: 'b1', owner: 's1', idle: 90, from: '2026-01-01', sort: 'name' })
    expect(said(customersQuery(search))).toEqual({
      q: '王',
      branch_id: 'b1',
      owner_id: 's1',
      no_visit_days: 90,
      visited_from: '2026-01-01',
    })
  })
})

describe('filters', () => {
  it('have one chip each, the two days together', () => {
    const search = customersSearch({ tag: '车队', from: '2026-01-01', to: '2026-02-01', tier: 'A' })
    expect(chipsOf(search)).toEqual(['tag', 'visited'])
    expect(said(withoutChip(search, 'visited'))).toEqual({ tag: '车队', tier: 'A' })
    expect(said(withoutChip(search, 'tag'))).toEqual({ tier: 'A', from: '2026-01-01', to: '2026-02-01' })
  })

  it('count, the order does not', () => {
    expect(isFiltered(customersSearch({ sort: 'name' }))).toBe(false)
    expect(isFiltered(customersSearch({ idle: 0 }))).toBe(true)
  })
})

describe('other addresses', () => {
  it('of a customer name the drawer and what it shows', () => {
    expect(said(customerSearch({ open: 'asset', id: 'a1', kind: 'slip' }))).toEqual({
      open: 'asset',
      id: 'a1',
      kind: 'slip',
    })
    expect(said(customerSearch({ open: 'bomb', id: 'a1', kind: 'all' }))).toEqual({})
  })

  it('of the service history hold the words', () => {
    expect(said(servicesSearch({ q: 12345, id: 'r1' }))).toEqual({ q: '12345', id: 'r1' })
  })
})
