/** Ratios come as basis points (1/10000): `9430` → `94.3%`. */
export function percent(bp: number | null | undefined, digits = 1): string {
  if (bp === null || bp === undefined) return '—'
  return `${(bp / 100).toFixed(digits)}%`
}

/** Marks are hundredths: `452` → `4.52`. */
export function mark(x100: number | null | undefined, digits = 2): string {
  if (x100 === null || x100 === undefined) return '—'
  return (x100 / 100).toFixed(digits)
}
