import { wordsOf } from '~/i18n/i18n.ts'

/** Codes of the server as words; a code without words is shown as it is. */
function codeWords(group: string): (code: string) => string {
  return (code) => wordsOf(`customers.${group}.${code}`) ?? code
}

export const stageWords = codeWords('stage')
export const sourceWords = codeWords('source')
export const personalityWords = codeWords('personality')
export const gapWords = codeWords('gap')
