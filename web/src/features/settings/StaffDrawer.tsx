import { useTranslation } from 'react-i18next'
import { api } from '~/api/client.ts'
import { FormDrawer } from '~/shared/ui/FormDrawer.tsx'
import { Loaded } from '~/shared/ui/Loaded.tsx'
import { StaffForm } from './StaffForm.tsx'
import type { Invited } from './UsersPage.tsx'

export interface StaffDrawerProps {
  /** Whose form is open, or `new`; closed when undefined. */
  id: string | undefined
  close: () => void
  onInvited: (invited: Invited) => void
}

export function StaffDrawer({ id, close, onInvited }: StaffDrawerProps) {
  const { t } = useTranslation()
  const existing = id !== undefined && id !== 'new'
  const staff = api.useQuery(
    'get',
    '/api/v1/staff/{id}',
    { params: { path: { id: id ?? '' } } },
    { enabled: existing, staleTime: 0 },
  )
  return (
    <FormDrawer
      open={id !== undefined}
      close={close}
      title={existing ? t('settings.users.editTitle', { name: staff.data?.name ?? '' }) : t('settings.users.invite')}
    >
      {existing ? (
        <Loaded query={staff} skeleton={8}>
          {(row) => <StaffForm key={row.id} row={row} close={close} onInvited={onInvited} />}
        </Loaded>
      ) : (
        <StaffForm close={close} onInvited={onInvited} />
      )}
    </FormDrawer>
  )
}
