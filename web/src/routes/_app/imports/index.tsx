import { createFileRoute } from '@tanstack/react-router'
import { ImportsPage } from '~/features/imports/ImportsPage.tsx'
import { importsSearch } from '~/features/imports/search.ts'

export const Route = createFileRoute('/_app/imports/')({ validateSearch: importsSearch, component: ImportsPage })
