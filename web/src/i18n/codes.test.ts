import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { setLanguage, startI18n, wordsOf } from './i18n.ts'
import { zhCN } from './zh-CN.ts'

const CRATES = join(import.meta.dirname, '../../../crates')

/** Codes that only another program or the command line ever sees: no words are owed. */
const FOR_PROGRAMS = /^followup\.next\.|^demo\.not_empty$/

const CODE = '"([a-z][a-z0-9_]*(?:\\.[a-z0-9_]+)*)"'
const PROBLEM = [new RegExp(`Problem::new\\(\\s*\\d+,\\s*${CODE}`, 'g')]
const FIELD = [
  /"(field\.[a-z_]+)"/g,
  new RegExp(`FieldProblem::new\\(\\s*[^,;]+?,\\s*${CODE}`, 'g'),
  new RegExp(`\\.field\\(\\s*[^,;]+?,\\s*${CODE}\\s*,?\\s*\\)`, 'g'),
]

/** A module of tests at the end of a file. */
const TESTS = /#\[cfg\(test\)\]\s+mod \w+ \{/

function sources(): string[] {
  return readdirSync(CRATES, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.rs') && !entry.name.endsWith('tests.rs'))
    .filter((entry) => !/tests([\\/]|$)/.test(entry.parentPath))
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'utf8').split(TESTS)[0] ?? '')
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

/** What writes to the audit, at once or by a helper that is handed the action. */
const ACTION = [
  new RegExp(`(?:audit::write|\\blog)\\(\\s*[^,;]+,\\s*[^,;]+,\\s*${CODE}`, 'g'),
  new RegExp(`\\b(?:audit_state|told|note|done)\\(\\s*(?:[^,;()"]+,\\s*)+${CODE}`, 'g'),
]
const KIND = [/(?:audit::write|\blog)\(\s*[^,;]+,\s*[^,;]+,\s*(?:"[a-z_.]+"|action),\s*"([a-z_]+)"/g]
const WRITES = /audit::write\(|\blog\(/

const texts = sources()
const problems = [...new Set(texts.flatMap((text) => [...found(text, PROBLEM), ...refusals(text)]))]
const fields = [...new Set(texts.flatMap((text) => found(text, FIELD)))]
const actions = [...new Set(texts.flatMap((text) => found(text, ACTION)))]
const kinds = [...new Set(texts.flatMap((text) => found(text, KIND)))]
const auditors = texts.filter((text) => WRITES.test(text)).join('\n')

/** The codes of a `text_enum!`, or of the table of permissions. */
function listed(name: string): string[] {
  const head = name === 'permissions!' ? '\\npermissions!' : `text_enum! \\{\\n(?: {4}///[^\\n]*\\n)* {4}${name}`
  const block = new RegExp(`${head} \\{([\\s\\S]*?)\\n(?: {4})?\\}`)
  const body = texts.map((text) => block.exec(text)?.[1]).find((found) => found !== undefined)
  return found(body ?? '', [/^ +\w+ =>? "([a-z0-9_.]+)"/gm])
}

/** Lists of the server whose members people read, and where their words stand. */
const LISTS: Record<string, (code: string) => string> = {
  RowCode: (code) => `imports.reason.${code.replace(/^import\./, '')}`,
  Delimiter: (code) => `imports.delimiter.${code}`,
  ImportKind: (code) => `imports.kind.${code}`,
  RowOutcome: (code) => `imports.outcome.${code}`,
  Field: (code) => `imports.field.${code}`,
  LeftOut: (code) => `plans.preview.reason.${code}`,
  'permissions!': (code) => `settings.permission.${code}`,
}

beforeAll(() => startI18n('zh-CN'))

describe('the filter of the audit', () => {
  it('offers no act that is never written', () => {
    const offered = Object.entries(zhCN.settings.audit.actionOf).flatMap(([thing, acts]) =>
      Object.keys(acts).map((act) => `${thing}.${act}`),
    )
    expect(offered.filter((code) => !auditors.includes(`"${code}"`))).toEqual([])
  })

  it('offers no kind of object that is never written', () => {
    expect(Object.keys(zhCN.settings.audit.kind).filter((kind) => !kinds.includes(kind))).toEqual([])
  })
})

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

  it.each(Object.entries(LISTS))('of %s have words', (name, key) => {
    const codes = listed(name)
    expect(codes.length).toBeGreaterThan(3)
    expect(codes.filter((code) => !wordsOf(key(code)))).toEqual([])
  })

  it('of groups of permissions have words', () => {
    const groups = new Set(listed('permissions!').map((code) => code.split('.')[0]))
    expect([...groups].filter((group) => !wordsOf(`settings.permissionGroup.${group}`))).toEqual([])
  })
})
