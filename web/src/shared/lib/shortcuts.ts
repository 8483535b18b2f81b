import { useEffect, useEffectEvent } from 'react'

/** `mod` is Ctrl, on a Mac ⌘. A sequence is written with a space: `g t`. */
export type Shortcut = string

function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false
  return target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName)
}

function nameOf(event: KeyboardEvent): string {
  const mod = event.ctrlKey || event.metaKey ? 'mod+' : ''
  const alt = event.altKey ? 'alt+' : ''
  // With Alt a Mac types `¡` for 1 and `π` for p: there the place of the key counts.
  const place = event.altKey ? /^(?:Digit|Key)(.)$/.exec(event.code)?.[1] : undefined
  return mod + alt + (place ?? event.key).toLowerCase()
}

/** Keys for the page. Plain keys rest while somebody types and while a dialog is open; `mod+…` never does. */
export function useShortcuts(map: Record<Shortcut, () => void>): void {
  const run = useEffectEvent((event: KeyboardEvent, before: string) => {
    const name = nameOf(event)
    const plain = !name.startsWith('mod+') && !name.startsWith('alt+')
    if (plain && (isTyping(event.target) || document.querySelector('[role="dialog"][aria-modal="true"]'))) return ''
    const action = map[before === '' ? name : `${before} ${name}`] ?? map[name]
    if (!action) return plain ? name : ''
    event.preventDefault()
    action()
    return ''
  })
  useEffect(() => {
    let before = ''
    let timer: ReturnType<typeof setTimeout> | undefined
    const onKey = (event: KeyboardEvent) => {
      if (event.isComposing || event.repeat) return
      before = run(event, before)
      clearTimeout(timer)
      timer = setTimeout(() => {
        before = ''
      }, 1000)
    }
    addEventListener('keydown', onKey)
    return () => {
      clearTimeout(timer)
      removeEventListener('keydown', onKey)
    }
  }, [])
}
