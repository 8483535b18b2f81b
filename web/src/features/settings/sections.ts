import type { LinkProps } from '@tanstack/react-router'

export interface Section {
  key: 'users' | 'roles' | 'branches' | 'tokens' | 'audit' | 'general'
  to: NonNullable<LinkProps['to']>
  permission: string
}

const SECTIONS: readonly Section[] = [
  { key: 'users', to: '/settings/users', permission: 'team.read' },
  { key: 'roles', to: '/settings/roles', permission: 'team.read' },
  { key: 'branches', to: '/settings/branches', permission: 'team.read' },
  { key: 'general', to: '/settings/general', permission: 'setting.read' },
  { key: 'tokens', to: '/settings/tokens', permission: 'token.manage' },
  { key: 'audit', to: '/settings/audit', permission: 'audit.read' },
]

/** The sections that somebody with these permissions may open. */
export function sectionsFor(permissions: readonly string[]): Section[] {
  return SECTIONS.filter((section) => permissions.includes(section.permission))
}
