import { createFileRoute } from '@tanstack/react-router'
import { InvitePage } from '~/features/session/InvitePage.tsx'
import { tokenSearch } from '~/features/session/search.ts'

export const Route = createFileRoute('/invite')({ validateSearch: tokenSearch, component: InvitePage })
