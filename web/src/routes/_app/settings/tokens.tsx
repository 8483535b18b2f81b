import { createFileRoute } from '@tanstack/react-router'
import { editSearch } from '~/features/settings/search.ts'
import { TokensPage } from '~/features/settings/TokensPage.tsx'

export const Route = createFileRoute('/_app/settings/tokens')({ validateSearch: editSearch, component: TokensPage })
