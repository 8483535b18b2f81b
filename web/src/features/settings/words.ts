import { wordsOf } from '~/i18n/i18n.ts'
import { zhCN } from '~/i18n/zh-CN.ts'

/** The name of a role: the words of the built-in one as long as nobody renamed it. */
export function roleName(role: { code: string; name: string }): string {
  const builtin = zhCN.shell.role as Record<string, string | undefined>
  return (builtin[role.code] === role.name ? wordsOf(`shell.role.${role.code}`) : undefined) ?? role.name
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
