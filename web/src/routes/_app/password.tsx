import { createFileRoute } from '@tanstack/react-router'
import { PasswordPage } from '~/features/session/PasswordPage.tsx'

export const Route = createFileRoute('/_app/password')({ component: PasswordPage })
