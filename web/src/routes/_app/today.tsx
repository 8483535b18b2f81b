import { createFileRoute } from '@tanstack/react-router'
import { TodayPage } from '~/features/work/TodayPage.tsx'

export const Route = createFileRoute('/_app/today')({ component: TodayPage })
