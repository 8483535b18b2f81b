import { Link } from '@tanstack/react-router'
import { Tabs } from 'antd'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { useCan } from '~/api/session.ts'
import { Card } from '~/shared/ui/Card.tsx'
import { AnswerForm } from './AnswerForm.tsx'
import { AssignForm } from './AssignForm.tsx'
import { ConfirmForm } from './ConfirmForm.tsx'
import { CountersignForm } from './CountersignForm.tsx'
import { ReopenForm } from './ReopenForm.tsx'
import { ReturnForm } from './ReturnForm.tsx'
import type { SlipView } from './SlipPage.tsx'

export interface ActProps {
  slip: SlipView
  /** Shows the slip as the server gave it back. */
  show: (slip: SlipView) => void
}

/** What brings the slip further comes first. */
const ORDER = ['answer', 'countersign', 'confirm', 'assign', 'return', 'reopen'] as const

/** What this person may do with the slip now, or for whom it waits. */
export function SlipActions({ slip, show }: ActProps) {
  const { t } = useTranslation()
  const can = useCan()
  const { row, confirm_task_id } = slip
  const acts = ORDER.filter((act) => slip.allowed.includes(act))
  if (acts.length === 0) {
    const waits = row.state === 'raised' && !row.responsible_id ? 'raisedNobody' : row.state
    const first = t(`slips.detail.waits.${waits}`, { name: row.responsible_name ?? '' })
    return (
      <Card>
        <span className="lk-muted">
          {row.state === 'closed' ? first : t('common.twoSentences', { first, second: t('slips.detail.nothing') })}
        </span>
      </Card>
    )
  }
  const forms: Record<(typeof ORDER)[number], ReactNode> = {
    assign: <AssignForm slip={slip} show={show} />,
    answer: <AnswerForm slip={slip} show={show} />,
    return: <ReturnForm slip={slip} show={show} />,
    countersign: <CountersignForm slip={slip} show={show} />,
    confirm: <ConfirmForm slip={slip} show={show} />,
    reopen: <ReopenForm slip={slip} show={show} />,
  }
  return (
    <Card
      title={
        acts.length === 1 && acts[0]
          ? t(`slips.act.tab.${acts[0]}`)
          : t(row.awaits_me ? 'slips.act.title' : 'common.actions')
      }
      extra={
        confirm_task_id && can('followup.read') ? (
          <Link to="/tasks/$taskId" params={{ taskId: confirm_task_id }}>
            {t('slips.detail.confirmTask')}
          </Link>
        ) : undefined
      }
    >
      {acts.length === 1 && acts[0] ? (
        forms[acts[0]]
      ) : (
        <Tabs
          // After an act other acts are allowed: begin at the first of them.
          key={`${row.state}-${row.version}`}
          items={acts.map((act) => ({ key: act, label: t(`slips.act.tab.${act}`), children: forms[act] }))}
        />
      )}
    </Card>
  )
}
