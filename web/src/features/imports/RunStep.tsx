import { JobProgress } from './JobProgress.tsx'
import type { ImportView } from './mapping.ts'

/** The fourth step: lines are written. */
export function RunStep({ view }: { view: ImportView }) {
  return <JobProgress view={view} kind="running" />
}
