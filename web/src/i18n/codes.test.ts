import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { setLanguage, startI18n, wordsOf } from './i18n.ts'

const CRATES = join(import.meta.dirname, '../../../crates')

/** Codes that only another program ever sees: no words are owed. */
const FOR_PROGRAMS = /^followup\.next\./

const CODE = '"([a-z][a-z0-9_]*(?:\\.[a-z0-9_]+)*)"'
const PROBLEM = [new RegExp(`Problem::new\\(\\s*\\d+,\\s*${CODE}`, 'g')]
const FIELD = [
  /"(field\.[a-z_]+)"/g,
  new RegExp(`FieldProblem::new\\(\\s*[^,;]+?,\\s*${CODE}`, 'g'),
  new RegExp(`\\.field\\(\\s*[^,;]+?,\\s*${CODE}\\s*,?\\s*\\)`, 'g'),
]

function sources(): string[] {
  return readdirSync(CRATES, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.rs') && entry.name !== 'tests.rs')
    .filter((entry) => !/[\\/]tests([\\/]|$)/.test(entry.parentPath))
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'utf8').split('#[cfg(test)]')[0] ?? '')
}

function found(text: string, patterns: RegExp[]): string[] {
  return patterns.flatMap((pattern) => [...text.matchAll(pattern)].map((match) => match[1] ?? ''))
}

/** `fn code(&self) -> &'static str { … "slip.closed" … }` of what implements `Refusal`. */
function refusals(text: string): string[] {
  return [...text.matchAll(/impl(?:<[^>]*>)? Refusal for[\s\S]*?fn code\(&self\)[^{]*\{([\s\S]*?)\n {4}\}/g)].flatMap(
    (match) => found(match[1] ?? '', [new RegExp(CODE, 'g')]),
  )
}

const ACTION = [new RegExp(`(?:audit::write|\\blog)\\(\\s*[^,;]+,\\s*[^,;]+,\\s*${CODE}`, 'g')]
const KIND = [/audit::write\(\s*[^,;]+,\s*[^,;]+,\s*"[a-z_.]+",\s*"([a-z_]+)"/g]

const texts = sources()
const problems = [...new Set(texts.flatMap((text) => [...found(text, PROBLEM), ...refusals(text)]))]
const fields = [...new Set(texts.flatMap((text) => found(text, FIELD)))]
const actions = [...new Set(texts.flatMap((text) => found(text, ACTION)))]
const kinds = [...new Set(texts.flatMap((text) => found(text, KIND)))]

beforeAll(() => startI18n('zh-CN'))

describe.each(['zh-CN', 'en'] as const)('codes of the server in %s', (language) => {
  beforeAll(() => setLanguage(language))

  it('of problems have words', () => {
    expect(problems.length).toBeGreaterThan(10)
    const wordless = problems.filter((code) => !FOR_PROGRAMS.test(code) && !wordsOf(`problem.${code}`))
    expect(wordless).toEqual([])
  })

  it('of fields have words', () => {
    const wordless = fields.filter((code) => !wordsOf(`problem.field.${code}`) && !wordsOf(`problem.${code}`))
    expect(wordless).toEqual([])
  })
  it('of acts in the audit have words', () => {
    expect(actions.length).toBeGreaterThan(10)
    expect(actions.filter((code) => !wordsOf(`settings.audit.actionOf.${code}`))).toEqual([])
    expect(kinds.filter((kind) => !wordsOf(`settings.audit.kind.${kind}`))).toEqual([])
  })
})
