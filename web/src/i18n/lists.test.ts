import { beforeAll, describe, expect, it } from 'vitest'
import { setLanguage, startI18n, wordsOf } from './i18n.ts'

beforeAll(() => startI18n('zh-CN'))

describe('lists that the server gives', () => {
  it('are joined as the language joins them, and no Chinese mark stands in English', async () => {
    const said = () => wordsOf('problem.followup.caller_served', { names: ['陈晓燕', '李明', '周立'] })
    await setLanguage('zh-CN')
    expect(said()).toContain('陈晓燕、李明和周立')
    await setLanguage('en')
    expect(said()).toContain('陈晓燕, 李明, and 周立')
    for (const key of ['semicolon', 'aside', 'labelled', 'twoSentences'])
      expect(wordsOf(`common.${key}`, { words: 'x', label: 'x', first: 'x', second: 'x' })).not.toMatch(
        /[，。；：（）、]/,
      )
    await setLanguage('zh-CN')
  })
})
