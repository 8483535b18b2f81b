import { createFileRoute } from '@tanstack/react-router'
import { SetupPage } from '~/features/session/SetupPage.tsx'
import { tokenSearch } from '~/features/session/search.ts'

export const Route = createFileRoute('/setup')({ validateSearch: tokenSearch, component: SetupPage })
