import { createFileRoute } from '@tanstack/react-router'
import { RatesPage } from '~/features/rates/RatesPage.tsx'
import { ratesSearch } from '~/features/rates/search.ts'

export const Route = createFileRoute('/_app/rates')({ validateSearch: ratesSearch, component: RatesPage })
