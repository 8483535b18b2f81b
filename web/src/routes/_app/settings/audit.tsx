import { createFileRoute } from '@tanstack/react-router'
import { AuditPage } from '~/features/settings/AuditPage.tsx'
import { auditSearch } from '~/features/settings/search.ts'

export const Route = createFileRoute('/_app/settings/audit')({ validateSearch: auditSearch, component: AuditPage })
