import type { TFunction } from 'i18next'
import type { components } from '~/api/schema.gen.ts'
import { wordsOf } from '~/i18n/i18n.ts'

/** Codes of the server as words; a code without words is shown as it is. */
function codeWords(group: string): (code: string) => string {
  return (code) => wordsOf(`imports.${group}.${code}`) ?? code
}

export const kindWords = codeWords('kind')
export const statusWords = codeWords('status')
export const fieldWords = codeWords('field')
export const outcomeWords = codeWords('outcome')
export const encodingWords = codeWords('encoding')
export const delimiterWords = codeWords('delimiter')

/** Why a line is not taken: `手机「1380013800」：电话无法识别`. */
export function reasonWords(t: TFunction, reason: components['schemas']['ImportReason']): string {
  const why = wordsOf(`imports.reason.${reason.code.replace(/^import\./, '')}`) ?? reason.code
  const { field, value } = reason
  if (field && value) return t('imports.why.cell', { field: fieldWords(field), value, why })
  if (field) return t('imports.why.field', { field: fieldWords(field), why })
  return value ? t('imports.why.value', { value, why }) : why
}

/** `1.4 MB` */
export function sizeWords(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB'] as const
  const power = bytes < 1 ? 0 : Math.min(Math.floor(Math.log10(bytes) / 3), units.length - 1)
  const value = bytes / 1000 ** power
  return `${power === 0 || value >= 100 ? Math.round(value) : value.toFixed(1)} ${units[power]}`
}
