import { useSyncExternalStore } from 'react'

/** Whether a media query holds, followed as it changes. */
function mediaHook(words: string): () => boolean {
  const query = matchMedia(words)
  function subscribe(listener: () => void): () => void {
    query.addEventListener('change', listener)
    return () => query.removeEventListener('change', listener)
  }
  return () => useSyncExternalStore(subscribe, () => query.matches)
}

/** Under 820 px: cards instead of tables, tabs at the bottom instead of the sidebar. */
export const useIsMobile = mediaHook('screen and (max-width: 819.98px)')

/** The person has asked the system for less motion. */
export const useLessMotion = mediaHook('(prefers-reduced-motion: reduce)')
