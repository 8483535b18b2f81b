import { createFileRoute } from '@tanstack/react-router'
import { CallSheetPage } from '~/features/callsheet/CallSheetPage.tsx'

export const Route = createFileRoute('/_app/tasks/$taskId')({ component: CallSheetPage })
