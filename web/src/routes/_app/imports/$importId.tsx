import { createFileRoute } from '@tanstack/react-router'
import { ImportPage } from '~/features/imports/ImportPage.tsx'

export const Route = createFileRoute('/_app/imports/$importId')({ component: ImportPage })
