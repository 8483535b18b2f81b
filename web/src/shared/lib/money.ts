/** Amounts are whole fen (分, 1/100 yuan); they are never computed with as fractions. */

const exact = new Intl.NumberFormat('zh-CN', { minimumFractionDigits: 2, maximumFractionDigits: 2 })
const whole = new Intl.NumberFormat('zh-CN', { maximumFractionDigits: 0 })

/** `123450` → `¥1,234.50`; refunds as `−¥12.00`. */
export function money(fen: number): string {
  return `${fen < 0 ? '−' : ''}¥${exact.format(Math.abs(fen) / 100)}`
}

/** For cards: whole yuan, `¥86,420`. */
export function moneyShort(fen: number): string {
  return `${fen < 0 ? '−' : ''}¥${whole.format(Math.round(Math.abs(fen) / 100))}`
}

/** What a person typed (`1,234.5`, `￥1234.50`) as fen, or `undefined` when it is no amount. */
export function parseMoney(text: string): number | undefined {
  const clean = text
    .normalize('NFKC')
    .replace(/[,\s¥元]/g, '')
    .replace('−', '-')
  if (!/^-?\d{1,12}(\.\d{1,2})?$/.test(clean)) return undefined
  const negative = clean.startsWith('-')
  const [yuan = '0', cents = ''] = clean.replace('-', '').split('.')
  const fen = Number(yuan) * 100 + Number(cents.padEnd(2, '0') || '0')
  return negative ? -fen : fen
}

export function count(value: number): string {
  return whole.format(value)
}
