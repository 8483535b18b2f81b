interface Key {
  key: string
  altKey?: boolean
  ctrlKey?: boolean
  metaKey?: boolean
}

/** What a key means in a row of marks: 1–5 rates, 0 and the erasing keys clear, all others are not for the row. */
export function scoreKey({ key, altKey, ctrlKey, metaKey }: Key): { score: number | undefined } | undefined {
  if (altKey || ctrlKey || metaKey) return undefined
  if (/^[1-5]$/.test(key)) return { score: Number(key) }
  return key === '0' || key === 'Backspace' || key === 'Delete' ? { score: undefined } : undefined
}
