import { beforeAll, describe, expect, it } from 'vitest'
import { startI18n } from '~/i18n/i18n.ts'
import { asProblem, fieldPath, ProblemError, problemWords, readProblem } from './problem.ts'

beforeAll(() => startI18n('zh-CN'))

describe('problems', () => {
  it('are read from the document', async () => {
    const body = {
      status: 422,
      code: 'invalid',
      fields: [{ path: 'phones.0.number', code: 'invalid', params: { max: 3 } }],
      trace: 't-1',
    }
    const problem = await readProblem(new Response(JSON.stringify(body), { status: 422 }))
    expect(problem).toMatchObject({ status: 422, code: 'invalid', trace: 't-1' })
    expect(problem.fields).toEqual([{ path: 'phones.0.number', code: 'invalid', params: { max: 3 } }])
  })

  it('are named after the status when something else answers', async () => {
    const problem = await readProblem(new Response('<html>', { status: 403 }))
    expect(problem.code).toBe('forbidden')
  })

  it('have words, also when the code is new', () => {
    expect(problemWords(new ProblemError({ status: 409, code: 'never_heard' }))).toBe('刚刚有人改过，请刷新后再试')
    expect(problemWords(new Error('x'))).toBe('出了意外的问题，请稍后再试')
    expect(asProblem(new TypeError('fetch')).code).toBe('network')
  })

  it('name fields by path', () => {
    expect(fieldPath('phones.0.number')).toEqual(['phones', 0, 'number'])
    expect(fieldPath('phones[0].number')).toEqual(['phones', 0, 'number'])
  })
})
