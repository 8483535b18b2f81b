import { createFileRoute, redirect } from '@tanstack/react-router'
import { sessionQuery } from '~/api/session.ts'
import { navFor } from '~/app/nav.tsx'

export const Route = createFileRoute('/_app/')({
  beforeLoad: async ({ context }) => {
    const session = await context.queryClient.ensureQueryData(sessionQuery())
    throw redirect({ to: navFor(session.permissions)[0]?.to ?? '/password', replace: true })
  },
})
