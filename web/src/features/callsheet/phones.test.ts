import { expect, test } from 'vitest'
import { firstPhone } from './phones.ts'

const phone = (id: string, primary: boolean, do_not_use: boolean) => ({ id, primary, do_not_use })

test('a number that must not be used is never the one to try, primary or not', () => {
  expect(firstPhone([phone('a', false, false), phone('b', true, false)])?.id).toBe('b')
  expect(firstPhone([phone('a', true, true), phone('b', false, true), phone('c', false, false)])?.id).toBe('c')
  expect(firstPhone([phone('a', true, true)])).toBeUndefined()
  expect(firstPhone([])).toBeUndefined()
})
