import { createFileRoute } from '@tanstack/react-router'
import { NewTask } from '~/features/followup/NewTask.tsx'
import { TaskMenu } from '~/features/followup/TaskMenu.tsx'
import { todaySearch } from '~/features/work/search.ts'
import { TodayPage } from '~/features/work/TodayPage.tsx'

export const Route = createFileRoute('/_app/today')({
  validateSearch: todaySearch,
  component: () => <TodayPage newTask={<NewTask />} menu={(task) => <TaskMenu task={task} />} />,
})
