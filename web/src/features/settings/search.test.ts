import { describe, expect, it } from 'vitest'
import { auditSearch, branchesSearch, usersSearch } from './search.ts'

describe('addresses of the settings', () => {
  it('keep what is known and drop the rest', () => {
    expect(usersSearch({ q: ' 罗 ', active: false, evil: 1, edit: 'new' })).toEqual({
      q: ' 罗 ',
      active: false,
      edit: 'new',
      branch: undefined,
      role: undefined,
    })
    expect(branchesSearch({ team: 'new' })).toEqual({ team: 'new', edit: undefined })
  })

  it('know days', () => {
    expect(auditSearch({ from: '2026-11-01', to: 'yesterday' })).toMatchObject({ from: '2026-11-01', to: undefined })
  })

  it('read numbers typed into the address as text', () => {
    expect(usersSearch({ q: 138 }).q).toBe('138')
    expect(usersSearch({ q: '  ' }).q).toBeUndefined()
  })
})
