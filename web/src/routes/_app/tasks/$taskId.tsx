import { createFileRoute } from '@tanstack/react-router'
import { CallSheetPage } from '~/features/callsheet/CallSheetPage.tsx'
import { TaskMenu } from '~/features/followup/TaskMenu.tsx'

export const Route = createFileRoute('/_app/tasks/$taskId')({
  component: () => <CallSheetPage menu={(task, label) => <TaskMenu task={task} label={label} />} />,
})
