import { useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { type ReactNode, useEffect } from 'react'
import { useTranslation } from 'react-i18next'
import { Loaded } from '~/shared/ui/Loaded.tsx'
import { Sheet } from './Sheet.tsx'
import { type SheetView, sheetQuery } from './useSheet.ts'

const route = getRouteApi('/_app/tasks/$taskId')

export interface CallSheetPageProps {
  /** What else can be done with the task: take it, later, give it away. */
  menu: (task: SheetView['task'], label: string) => ReactNode
}

/** The call sheet (回访单): the whole of one contact on one screen. */
export function CallSheetPage({ menu }: CallSheetPageProps) {
  const { t } = useTranslation()
  const { taskId } = route.useParams()
  const query = useQuery(sheetQuery(taskId))
  const name = query.data?.customer.name
  useEffect(() => {
    document.title = `${name ? `${name} · ` : ''}${t('callsheet.title')} · ${t('shell.brand')}`
  }, [name, t])
  return (
    <Loaded query={query} skeleton={12}>
      {(view) => <Sheet key={view.task.id} view={view} menu={menu(view.task, t('common.actions'))} />}
    </Loaded>
  )
}
