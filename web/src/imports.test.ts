import { readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { describe, expect, it } from 'vitest'

const SRC = import.meta.dirname

/** For each folder of `src` what it may import, besides itself. */
const MAY: Record<string, string[]> = {
  theme: [],
  i18n: [],
  api: ['i18n'],
  shared: ['api', 'i18n', 'theme'],
  features: ['shared', 'api', 'i18n', 'theme'],
  app: ['features', 'shared', 'api', 'i18n', 'theme', 'routeTree.gen.ts'],
  routes: ['app', 'features', 'shared', 'api', 'i18n', 'theme'],
}

const files = readdirSync(SRC, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile() && /\.tsx?$/.test(entry.name) && !/\.(gen|test)\.tsx?$/.test(entry.name))
  .map((entry) => relative(SRC, join(entry.parentPath, entry.name)))

function imports(file: string): string[] {
  const text = readFileSync(join(SRC, file), 'utf8')
  return [...text.matchAll(/(?:from|import)\s*\(?\s*'((?:~|\.)[^']*)'/g)].map((match) => {
    const target = match[1] ?? ''
    return target.startsWith('~/') ? target.slice(2) : relative(SRC, join(SRC, file, '..', target))
  })
}

const top = (path: string) => path.split('/')[0] ?? ''
const feature = (path: string) => path.split('/').slice(0, 2).join('/')

describe('source files', () => {
  it('are found', () => expect(files.length).toBeGreaterThan(50))

  it('import in one direction', () => {
    const wrong = files.flatMap((file) =>
      imports(file)
        .filter((target) => top(file) in MAY && top(target) !== top(file) && !MAY[top(file)]?.includes(top(target)))
        .map((target) => `${file} → ${target}`),
    )
    expect(wrong).toEqual([])
  })

  it('of a feature import no other feature', () => {
    const wrong = files
      .filter((file) => top(file) === 'features')
      .flatMap((file) =>
        imports(file)
          .filter((target) => top(target) === 'features' && feature(target) !== feature(file))
          .map((target) => `${file} → ${target}`),
      )
    expect(wrong).toEqual([])
  })

  it('name colours only in the theme', () => {
    const styles = readdirSync(SRC, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && entry.name.endsWith('.css'))
      .map((entry) => relative(SRC, join(entry.parentPath, entry.name)))
    const wrong = [...files, ...styles].filter(
      (file) =>
        file !== 'theme/tokens.ts' && /#[0-9a-f]{3,8}\b|rgba?\(|hsla?\(/i.test(readFileSync(join(SRC, file), 'utf8')),
    )
    expect(wrong).toEqual([])
  })

  it('are no barrels', () => {
    expect(files.filter((file) => /(^|\/)index\.tsx?$/.test(file) && top(file) !== 'routes')).toEqual([])
  })
})
