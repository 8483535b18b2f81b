import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { DELIMITERS, KINDS, MATCHES, ON_MATCH, OUTCOMES } from './codes.ts'

const RULES = join(import.meta.dirname, '../../../../crates/liuke-domain/src/importing')
const rules = readdirSync(RULES)
  .map((name) => readFileSync(join(RULES, name), 'utf8'))
  .join('\n')

/** The codes of a `text_enum!` of the server. */
function listed(name: string): string[] {
  const body = new RegExp(`\\n {4}${name} \\{([\\s\\S]*?)\\n {4}\\}`).exec(rules)?.[1] ?? ''
  return [...body.matchAll(/=> "([a-z_]+)"/g)].map((match) => match[1] ?? '')
}

it.each([
  ['Delimiter', DELIMITERS],
  ['ImportKind', KINDS],
  ['MatchBy', MATCHES],
  ['OnMatch', ON_MATCH],
  ['RowOutcome', OUTCOMES],
] as const)('every %s of the server can be chosen', (name, offered) => {
  expect([...offered].sort()).toEqual(listed(name).sort())
})
