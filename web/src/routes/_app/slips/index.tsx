import { createFileRoute } from '@tanstack/react-router'
import { SlipsPage } from '~/features/slips/SlipsPage.tsx'
import { slipsSearch } from '~/features/slips/search.ts'

export const Route = createFileRoute('/_app/slips/')({ validateSearch: slipsSearch, component: SlipsPage })
