import { describe, expect, it } from 'vitest'
import { loginSearch, safePath, tokenSearch } from './search.ts'

describe('where to go after the log-in', () => {
  it('is a path of this product', () => {
    expect(safePath('/customers?tier=A')).toBe('/customers?tier=A')
    expect(loginSearch({ next: '/today', expired: true })).toEqual({ next: '/today', expired: true })
  })

  it('is never another site', () => {
    for (const bad of [
      '//evil.example',
      '/\\evil.example',
      '/\t/evil.example',
      '/\n\\evil.example',
      '/x/..//evil.example',
      '/.//evil.example',
      'https://evil.example',
      'javascript:alert(1)',
      '/login',
      '/x/../login?next=/',
      7,
    ])
      expect(safePath(bad)).toBeUndefined()
  })
})

it('a token of digits is still text', () => expect(tokenSearch({ token: 123 })).toEqual({ token: '123' }))
