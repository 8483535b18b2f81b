import i18next from 'i18next'
import { instant } from '~/shared/lib/dates.ts'
import { money } from '~/shared/lib/money.ts'

/** Lets words format what the server sends as values: `{{until, instant}}`, `{{amount_fen, money}}`. */
export function addFormats(): void {
  i18next.services.formatter?.add('instant', (value: unknown) => (typeof value === 'number' ? instant(value) : ''))
  i18next.services.formatter?.add('money', (value: unknown) => (typeof value === 'number' ? money(value) : ''))
}
