import { createFileRoute } from '@tanstack/react-router'
import { usersSearch } from '~/features/settings/search.ts'
import { UsersPage } from '~/features/settings/UsersPage.tsx'

export const Route = createFileRoute('/_app/settings/users')({ validateSearch: usersSearch, component: UsersPage })
