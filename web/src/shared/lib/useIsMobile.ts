import { useSyncExternalStore } from 'react'

const query = matchMedia('screen and (max-width: 819.98px)')

function subscribe(listener: () => void): () => void {
  query.addEventListener('change', listener)
  return () => query.removeEventListener('change', listener)
}

/** Under 820 px: cards instead of tables, tabs at the bottom instead of the sidebar. */
export function useIsMobile(): boolean {
  return useSyncExternalStore(subscribe, () => query.matches)
}
