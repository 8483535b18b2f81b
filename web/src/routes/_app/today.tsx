import { createFileRoute } from '@tanstack/react-router'
import { api } from '~/api/client.ts'
import { NewTask } from '~/features/followup/NewTask.tsx'
import { TaskMenu } from '~/features/followup/TaskMenu.tsx'
import { todayQuery, todaySearch } from '~/features/work/search.ts'
import { TodayPage } from '~/features/work/TodayPage.tsx'
import { askAhead } from '~/shared/lib/askAhead.ts'

export const Route = createFileRoute('/_app/today')({
  validateSearch: todaySearch,
  loaderDeps: ({ search }) => search,
  loader: ({ context: { queryClient }, deps }) => {
    askAhead(queryClient, '/api/v1/today', todayQuery(deps))
    const { who } = deps
    void queryClient.prefetchQuery(api.queryOptions('get', '/api/v1/today/summary', { params: { query: { who } } }))
  },
  component: () => <TodayPage newTask={<NewTask />} menu={(task) => <TaskMenu task={task} />} />,
})
