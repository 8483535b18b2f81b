import { wordsOf } from '~/i18n/i18n.ts'

/** The name of a role: ours for the built-in ones, the firm's own for others. */
export function roleName(role: { code: string; name: string; builtin?: boolean }): string {
  return (role.builtin === false ? undefined : wordsOf(`shell.role.${role.code}`)) ?? role.name
}

export function permissionName(code: string): string {
  return wordsOf(`settings.permission.${code}`) ?? code
}

export function groupName(group: string): string {
  return wordsOf(`settings.permissionGroup.${group}`) ?? group
}

/** `customer.read` and `customer.write` belong together; the order is the server's. */
export function groupPermissions(codes: readonly string[]): [string, string[]][] {
  const groups = new Map<string, string[]>()
  for (const code of codes) {
    const group = code.split('.')[0] ?? code
    groups.set(group, [...(groups.get(group) ?? []), code])
  }
  return [...groups]
}
