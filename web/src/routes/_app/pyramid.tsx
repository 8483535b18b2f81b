import { createFileRoute } from '@tanstack/react-router'
import { PyramidPage } from '~/features/pyramid/PyramidPage.tsx'

export const Route = createFileRoute('/_app/pyramid')({ component: PyramidPage })
