import { createFileRoute } from '@tanstack/react-router'
import { ImportPage } from '~/features/imports/ImportPage.tsx'
import { importSearch } from '~/features/imports/search.ts'

export const Route = createFileRoute('/_app/imports/$importId')({ validateSearch: importSearch, component: ImportPage })
