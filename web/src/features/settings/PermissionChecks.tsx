import { Checkbox } from 'antd'
import { useTranslation } from 'react-i18next'
import { api } from '~/api/client.ts'
import { Loaded } from '~/shared/ui/Loaded.tsx'
import styles from './Settings.module.css'
import { groupName, groupPermissions, permissionName } from './words.ts'

export interface PermissionChecksProps {
  value?: string[]
  onChange?: (codes: string[]) => void
  disabled?: boolean
  /** Only these may be chosen; otherwise all that the product knows. */
  among?: readonly string[]
}

/** Permissions (权限) in groups, each group with a box for all of it. */
export function PermissionChecks({ value = [], onChange, disabled, among }: PermissionChecksProps) {
  const all = api.useQuery('get', '/api/v1/permissions', {}, { enabled: !among, staleTime: 3_600_000 })
  if (among) return <Groups codes={among} value={value} onChange={onChange} disabled={disabled} />
  return (
    <Loaded query={all}>
      {(codes) => <Groups codes={codes} value={value} onChange={onChange} disabled={disabled} />}
    </Loaded>
  )
}

interface GroupsProps {
  codes: readonly string[]
  value: string[]
  onChange?: (codes: string[]) => void
  disabled?: boolean
}

function Groups({ codes, value, onChange, disabled }: GroupsProps) {
  const { t } = useTranslation()
  const held = codes.filter((code) => value.includes(code))

  function set(changed: readonly string[], on: boolean) {
    const next = new Set(value)
    for (const code of changed) {
      if (on) next.add(code)
      else next.delete(code)
    }
    onChange?.(codes.filter((code) => next.has(code)))
  }

  return (
    <div>
      <p className="lk-muted lk-small">
        {t('settings.roles.permissionsOf', { chosen: held.length, all: codes.length })}
      </p>
      {groupPermissions(codes).map(([group, members]) => {
        const chosen = members.filter((code) => value.includes(code)).length
        return (
          <fieldset key={group} className={styles.group}>
            <legend>
              <Checkbox
                disabled={disabled}
                checked={chosen === members.length}
                indeterminate={chosen > 0 && chosen < members.length}
                onChange={(event) => set(members, event.target.checked)}
              >
                {groupName(group)}
              </Checkbox>
            </legend>
            <div className={styles.checks}>
              {members.map((code) => (
                <Checkbox
                  key={code}
                  disabled={disabled}
                  checked={value.includes(code)}
                  onChange={(event) => set([code], event.target.checked)}
                >
                  {permissionName(code)}
                </Checkbox>
              ))}
            </div>
          </fieldset>
        )
      })}
    </div>
  )
}
