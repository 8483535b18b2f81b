import { Steps } from 'antd'
import { useTranslation } from 'react-i18next'
import { instantShort } from '~/shared/lib/dates.ts'
import { spanWords } from '~/shared/lib/sla.ts'
import { Card } from '~/shared/ui/Card.tsx'
import type { SlipView } from './SlipPage.tsx'
import { STATES } from './search.ts'

const ROLE = { answered: 'answer', countersigned: 'countersign', closed: 'confirm' } as const

/** How far the slip has come: raised, answered, countersigned, confirmed. */
export function SlipSteps({ slip }: { slip: SlipView }) {
  const { t } = useTranslation()
  const { row } = slip
  const at = STATES.indexOf(row.state)

  function done(state: (typeof STATES)[number]): string {
    if (state === 'raised') return `${row.raised_by_name} · ${instantShort(row.raised_at)}`
    const signed = slip.signatures.find((each) => each.role === ROLE[state])
    if (signed) return `${signed.staff_name} · ${instantShort(signed.at)}`
    return state === 'closed' ? instantShort(row.closed_at) : ''
  }

  return (
    <Card
      title={t('slips.detail.steps')}
      extra={
        typeof slip.loop_ms === 'number' ? (
          <span className="lk-muted lk-num">{t('slips.detail.loop', { time: spanWords(t, slip.loop_ms) })}</span>
        ) : undefined
      }
    >
      <Steps
        orientation="vertical"
        size="small"
        current={row.state === 'closed' ? STATES.length : at + 1}
        items={STATES.map((state, index) => ({
          title: t(`slips.detail.step.${state}`),
          content: index <= at ? done(state) : index === at + 1 ? t(`slips.detail.stepWait.${state}`) : undefined,
        }))}
      />
    </Card>
  )
}
