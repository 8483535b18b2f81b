import type { SheetView } from './useSheet.ts'

type Phone = SheetView['customer']['phones'][number]

/** The number to try first: the primary one, unless it must not be used; else the next that may. */
export function firstPhone<P extends Pick<Phone, 'id' | 'primary' | 'do_not_use'>>(
  phones: readonly P[],
): P | undefined {
  const usable = phones.filter((phone) => !phone.do_not_use)
  return usable.find((phone) => phone.primary) ?? usable[0]
}
