import { createFileRoute, redirect } from '@tanstack/react-router'
import { asProblem } from '~/api/problem.ts'
import { sessionQuery } from '~/api/session.ts'
import { Shell } from '~/app/Shell.tsx'

export const Route = createFileRoute('/_app')({
  beforeLoad: async ({ context, location }) => {
    try {
      await context.queryClient.ensureQueryData(sessionQuery())
    } catch (error) {
      if (asProblem(error).status === 401) {
        throw redirect({ to: '/login', search: location.pathname === '/' ? {} : { next: location.href } })
      }
      throw error
    }
  },
  component: Shell,
})
