import { createFileRoute } from '@tanstack/react-router'
import { SlipsPage } from '~/features/slips/SlipsPage.tsx'

export const Route = createFileRoute('/_app/slips/')({ component: SlipsPage })
