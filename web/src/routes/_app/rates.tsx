import { createFileRoute } from '@tanstack/react-router'
import { RatesPage } from '~/features/rates/RatesPage.tsx'

export const Route = createFileRoute('/_app/rates')({ component: RatesPage })
