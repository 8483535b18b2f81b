import { createFileRoute, redirect } from '@tanstack/react-router'
import { sessionQuery } from '~/api/session.ts'
import { sectionsFor } from '~/features/settings/sections.ts'

export const Route = createFileRoute('/_app/settings/')({
  beforeLoad: async ({ context }) => {
    const session = await context.queryClient.ensureQueryData(sessionQuery())
    throw redirect({ to: sectionsFor(session.permissions)[0]?.to ?? '/password', replace: true })
  },
})
