import { expect, it } from 'vitest'
import { loginFault } from './loginName.ts'

it('finds wrong with a log-in name what the server does', () => {
  for (const name of ['wang.fang', ' Ｗang.Fang ', '王芳', 'zhou@kehu', 'a_b-1', 'é٣', '', '  ', '王。芳'])
    expect(loginFault(name), name).toBeUndefined()
  expect(loginFault('x')).toBe('too_short')
  expect(loginFault(' 王 ')).toBe('too_short')
  expect(loginFault('王'.repeat(64))).toBeUndefined()
  expect(loginFault('王'.repeat(65))).toBe('too_long')
  for (const name of ['a b', 'a+b', '王，芳', 'a\u{1f600}']) expect(loginFault(name), name).toBe('login_characters')
})
