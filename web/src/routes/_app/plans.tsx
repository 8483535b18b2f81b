import { createFileRoute } from '@tanstack/react-router'
import { PlansPage } from '~/features/plans/PlansPage.tsx'
import { plansSearch } from '~/features/plans/search.ts'

export const Route = createFileRoute('/_app/plans')({ validateSearch: plansSearch, component: PlansPage })
