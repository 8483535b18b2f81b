import { createFileRoute } from '@tanstack/react-router'
import { BranchesPage } from '~/features/settings/BranchesPage.tsx'
import { branchesSearch } from '~/features/settings/search.ts'

export const Route = createFileRoute('/_app/settings/branches')({
  validateSearch: branchesSearch,
  component: BranchesPage,
})
