import { describe, expect, it } from 'vitest'
import { en } from './en.ts'
import { zhCN } from './zh-CN.ts'

type Words = Map<string, string>

function flatten(tree: object, prefix = '', into: Words = new Map()): Words {
  for (const [key, value] of Object.entries(tree)) {
    if (typeof value === 'string') into.set(prefix + key, value)
    else flatten(value as object, `${prefix}${key}.`, into)
  }
  return into
}

function blanks(words: string): string[] {
  return [...words.matchAll(/\{\{(\w+)/g)].map((match) => match[1] ?? '').sort()
}

const chinese = flatten(zhCN)
const english = flatten(en)

describe('dictionaries', () => {
  it('have the same keys in both languages, but for English singulars', () => {
    const singular = (key: string) => key.endsWith('_one') && chinese.has(key.replace(/_one$/, '_other'))
    expect([...english.keys()].filter((key) => !singular(key)).sort()).toEqual([...chinese.keys()].sort())
  })

  it('have words for every key', () => {
    for (const words of [chinese, english])
      expect([...words].filter(([, text]) => text.trim() === '').map(([key]) => key)).toEqual([])
  })

  it('have the same blanks in both languages', () => {
    const differing = [...chinese].filter(
      ([key, text]) => blanks(text).join() !== blanks(english.get(key) ?? '').join(),
    )
    expect(differing.map(([key]) => key)).toEqual([])
  })

  it('count in English with a singular and a plural', () => {
    const counts = [...chinese]
      .filter(([key, text]) => key.endsWith('_other') && text.includes('{{count}}'))
      .map(([key]) => key)
    expect(counts.filter((key) => !english.has(key.replace(/_other$/, '_one')))).toEqual([])
  })

  it('are Chinese in Chinese and English in English', () => {
    const han = /\p{Script=Han}/u
    const allowed = new Set(['shell.language'])
    expect([...english].filter(([key, text]) => han.test(text) && !allowed.has(key)).map(([key]) => key)).toEqual([])
  })
})
