import type { Backup } from './autosave.ts'

/** Kept for this tab only: a shared computer must not remember what customers said. */
const key = (taskId: string) => `liuke.sheet.${taskId}`

export function readBackup(taskId: string): Backup | undefined {
  try {
    const text = sessionStorage.getItem(key(taskId))
    return text ? (JSON.parse(text) as Backup) : undefined
  } catch {
    return undefined
  }
}

export function keepBackup(taskId: string, backup: Backup | undefined): void {
  try {
    if (backup) sessionStorage.setItem(key(taskId), JSON.stringify(backup))
    else sessionStorage.removeItem(key(taskId))
  } catch {
    // Storage may be refused or full: the draft then lives in the page alone.
  }
}
