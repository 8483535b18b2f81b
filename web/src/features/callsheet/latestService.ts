import type { SheetView } from './useSheet.ts'

/** The customer's latest service besides the one this follow-up is about, when it came after it (or there is none). */
export function latestService(view: {
  service?: { id: string; opened_at: number } | null
  history: readonly Pick<SheetView['history'][number], 'id' | 'kind' | 'at' | 'title'>[]
}): Pick<SheetView['history'][number], 'id' | 'kind' | 'at' | 'title'> | undefined {
  const { service, history } = view
  const others = history.filter(
    (entry) => entry.kind === 'service' && entry.id !== service?.id && entry.at > (service?.opened_at ?? 0),
  )
  return others.toSorted((a, b) => b.at - a.at)[0]
}
