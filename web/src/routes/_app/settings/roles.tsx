import { createFileRoute } from '@tanstack/react-router'
import { RolesPage } from '~/features/settings/RolesPage.tsx'
import { editSearch } from '~/features/settings/search.ts'

export const Route = createFileRoute('/_app/settings/roles')({ validateSearch: editSearch, component: RolesPage })
