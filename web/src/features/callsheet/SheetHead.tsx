import { ArrowLeftOutlined, ArrowRightOutlined } from '@ant-design/icons'
import { Link } from '@tanstack/react-router'
import { Button } from 'antd'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { problemWords } from '~/api/problem.ts'
import { clock } from '~/shared/lib/dates.ts'
import { explainWords, reasonWords } from '~/shared/lib/followupWords.ts'
import { DueBadge } from '~/shared/ui/DueBadge.tsx'
import { TierBadge } from '~/shared/ui/TierBadge.tsx'
import type { Autosave, SheetState } from './autosave.ts'
import styles from './SheetHead.module.css'
import type { SheetView } from './useSheet.ts'

export interface SheetHeadProps {
  view: SheetView
  state: SheetState
  autosave: Autosave
  menu: ReactNode
}

/** Whom, why, until when; whether what was written is safe. */
export function SheetHead({ view, state, autosave, menu }: SheetHeadProps) {
  const { t } = useTranslation()
  const { task } = view
  const why = view.explain.flatMap((each) => explainWords(each) ?? [])
  return (
    <header className={styles.head}>
      <Link to="/today" className={styles.back} aria-label={t('callsheet.back')}>
        <ArrowLeftOutlined aria-hidden="true" />
        <span>{t('callsheet.back')}</span>
      </Link>
      <TierBadge tier={task.tier} />
      <div className={styles.words}>
        <h1 className={styles.title}>{t('callsheet.heading', { name: task.customer_name, purpose: task.purpose })}</h1>
        <p className={styles.why}>
          {t(`followup.kindFull.${task.kind}`)} ·{' '}
          {[reasonWords(t, task), task.plan_name, ...why].filter(Boolean).join(' · ')} · {task.number}
        </p>
      </div>
      {task.status === 'open' ? <DueBadge dueAt={task.due_at} urgency={task.urgency} /> : null}
      <SaveMark state={state} retry={() => void autosave.flush().catch(() => undefined)} />
      {menu}
      {view.next_task_id ? (
        <Link to="/tasks/$taskId" params={{ taskId: view.next_task_id }} className={styles.next}>
          {t('callsheet.nextTask')} <ArrowRightOutlined aria-hidden="true" />
        </Link>
      ) : null}
    </header>
  )
}

const MARKS = { fresh: '', dirty: '○', saving: '◔', saved: '●', offline: '▲', refused: '■' } as const

/** Whether the draft is safe, always in sight. */
function SaveMark({ state, retry }: { state: SheetState; retry: () => void }) {
  const { t } = useTranslation()
  const { status } = state
  const words =
    status === 'saved'
      ? t('callsheet.saved.saved', { time: state.savedAt ? clock(state.savedAt) : '' })
      : status === 'refused'
        ? t('callsheet.saved.refused', { why: problemWords(state.error) })
        : t(`callsheet.saved.${status}`)
  return (
    <span className={`${styles.save} ${styles[status]}`} role="status">
      <span aria-hidden="true">{MARKS[status]}</span> {words}
      {status === 'offline' || status === 'refused' ? (
        <Button size="small" type="link" onClick={retry}>
          {t('callsheet.saved.retry')}
        </Button>
      ) : null}
    </span>
  )
}
