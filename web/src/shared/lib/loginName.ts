import type { TFunction } from 'i18next'

const MIN = 2
const MAX = 64

/** Full width to half width, as the server folds what was typed; what cannot be seen vanishes. */
function folded(typed: string): string {
  return typed
    .replace(/[\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff\u00ad]/g, '')
    .replace(/[\u2010-\u2015\u2212\ufe58\ufe63]/g, '-')
    .replace(/。/g, '.')
    .replace(/[\uff01-\uff5e]/g, (wide) => String.fromCharCode(wide.charCodeAt(0) - 0xfee0))
    .trim()
    .toLowerCase()
}

/** What the server would find wrong with a log-in name, by its code; nothing while it is empty. */
export function loginFault(typed: string): 'too_short' | 'too_long' | 'login_characters' | undefined {
  const name = folded(typed)
  const { length } = [...name]
  if (length === 0) return undefined
  if (length < MIN) return 'too_short'
  if (length > MAX) return 'too_long'
  return /^[\p{Alphabetic}\p{N}._@-]+$/u.test(name) ? undefined : 'login_characters'
}

/** The same as a rule of a form. */
export function loginRule(t: TFunction) {
  const words = {
    too_short: () => t('common.tooShort', { min: MIN }),
    too_long: () => t('common.tooLong', { max: MAX }),
    login_characters: () => t('problem.field.login_characters'),
  }
  return {
    validator(_: unknown, typed: string | undefined) {
      const fault = loginFault(typed ?? '')
      return fault ? Promise.reject(new Error(words[fault]())) : Promise.resolve()
    },
  }
}
