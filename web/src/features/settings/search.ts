/** What the addresses of the settings pages may say. Anything else is dropped. */

function text(value: unknown): string | undefined {
  if (typeof value === 'string') return value.trim() === '' ? undefined : value
  return typeof value === 'number' ? String(value) : undefined
}

function dayText(value: unknown): string | undefined {
  return typeof value === 'string' && /^\d{4}-\d{2}-\d{2}$/.test(value) ? value : undefined
}

export interface EditSearch {
  /** Identifier of what is open in the drawer, or `new`. */
  edit?: string
}

export function editSearch(search: Record<string, unknown>): EditSearch {
  return { edit: text(search.edit) }
}

export interface UsersSearch extends EditSearch {
  q?: string
  branch?: string
  role?: string
  active?: boolean
}

export function usersSearch(search: Record<string, unknown>): UsersSearch {
  return {
    ...editSearch(search),
    q: text(search.q),
    branch: text(search.branch),
    role: text(search.role),
    active: typeof search.active === 'boolean' ? search.active : undefined,
  }
}

export interface BranchesSearch extends EditSearch {
  /** Identifier of the team in the drawer, or `new`. */
  team?: string
}

export function branchesSearch(search: Record<string, unknown>): BranchesSearch {
  return { ...editSearch(search), team: text(search.team) }
}

export interface AuditSearch {
  from?: string
  to?: string
  actor?: string
  action?: string
  kind?: string
  subject?: string
}

export function auditSearch(search: Record<string, unknown>): AuditSearch {
  return {
    from: dayText(search.from),
    to: dayText(search.to),
    actor: text(search.actor),
    action: text(search.action),
    kind: text(search.kind),
    subject: text(search.subject),
  }
}
