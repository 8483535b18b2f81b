import { createFileRoute } from '@tanstack/react-router'
import { SlipPage } from '~/features/slips/SlipPage.tsx'

export const Route = createFileRoute('/_app/slips/$slipId')({ component: SlipPage })
