import { type RefObject, useEffect } from 'react'
import { useShortcuts } from './shortcuts.ts'

/** Marks the link of a row that `j` and `k` go to: `<Link {...rowLink}>`. */
export const rowLink = { 'data-row-link': '' } as const

/** Where `j` (1) or `k` (−1) leads from a place in a list; from outside to the first or last. */
export function step(at: number, by: 1 | -1, length: number): number {
  if (length === 0) return -1
  if (at < 0) return by === 1 ? 0 : length - 1
  return Math.min(Math.max(at + by, 0), length - 1)
}

function shown(element: HTMLElement): boolean {
  return element.getClientRects().length > 0
}

/**
 * `j` and `k` walk the rows of a list; Enter opens, for the focus is on a real link.
 * Enter with nothing focused opens the first row.
 */
export function useRowKeys(box: RefObject<HTMLElement | null>): void {
  function links(): HTMLElement[] {
    return [...(box.current?.querySelectorAll<HTMLElement>('[data-row-link]') ?? [])].filter(shown)
  }
  function go(by: 1 | -1) {
    const all = links()
    const row = document.activeElement?.closest('tr, li')
    const at = row ? all.findIndex((link) => row.contains(link)) : -1
    const next = all[step(at, by, all.length)]
    next?.focus({ focusVisible: true } as FocusOptions)
    next?.scrollIntoView({ block: 'nearest' })
  }
  useShortcuts({ j: () => go(1), k: () => go(-1) })

  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.key !== 'Enter' || event.isComposing || event.repeat || event.defaultPrevented) return
      if (document.activeElement !== document.body && document.activeElement?.id !== 'content') return
      const first = box.current?.querySelector<HTMLElement>('[data-row-link]')
      if (!first || document.querySelector('[role="dialog"][aria-modal="true"]')) return
      event.preventDefault()
      first.click()
    }
    addEventListener('keydown', onKey)
    return () => removeEventListener('keydown', onKey)
  }, [box])
}
