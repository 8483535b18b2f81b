import { createFileRoute } from '@tanstack/react-router'
import { PyramidPage } from '~/features/pyramid/PyramidPage.tsx'
import { pyramidSearch } from '~/features/pyramid/search.ts'

export const Route = createFileRoute('/_app/pyramid')({ validateSearch: pyramidSearch, component: PyramidPage })
