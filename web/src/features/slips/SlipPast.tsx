import { Popover } from 'antd'
import { useTranslation } from 'react-i18next'
import { instant } from '~/shared/lib/dates.ts'
import { Card } from '~/shared/ui/Card.tsx'
import { Timeline, type TimelineItem } from '~/shared/ui/Timeline.tsx'
import type { SlipView } from './SlipPage.tsx'
import styles from './SlipPast.module.css'

const ROLES = ['answer', 'countersign', 'confirm'] as const
const TONES: Record<SlipView['events'][number]['action'], TimelineItem['tone']> = {
  raised: 'error',
  assigned: 'neutral',
  answered: 'primary',
  returned: 'warning',
  countersigned: 'info',
  confirmed: 'success',
  reopened: 'error',
}

/** Who signed what content and when; then everything that happened. */
export function SlipPast({ slip }: { slip: SlipView }) {
  const { t } = useTranslation()
  return (
    <>
      <Card title={t('slips.detail.signatures')}>
        <ul className={styles.list}>
          {ROLES.map((role) => {
            const signed = slip.signatures.find((each) => each.role === role)
            return (
              <li key={role} className={styles.item}>
                <span className={styles.role}>{t(`slips.detail.signature.${role}`)}</span>
                {signed ? (
                  <span className={styles.signed}>
                    <span className={styles.name}>{signed.staff_name}</span>
                    <time className={styles.time}>{instant(signed.at)}</time>
                    <Popover trigger="click" content={<p className={styles.full}>{signed.hash}</p>}>
                      <button type="button" className={styles.hash} title={t('slips.detail.hashHint')}>
                        {t('slips.detail.hash', { hash: signed.hash.slice(0, 12) })}
                      </button>
                    </Popover>
                  </span>
                ) : (
                  <span className="lk-muted">{t('slips.detail.unsigned')}</span>
                )}
              </li>
            )
          })}
        </ul>
      </Card>
      <Card title={t('slips.detail.events')}>
        <Timeline
          label={t('slips.detail.events')}
          items={slip.events.toReversed().map((event, index) => ({
            id: `${event.at}-${index}`,
            at: event.at,
            kind: t(`slips.detail.action.${event.action}`),
            tone: TONES[event.action],
            title: '',
            text: event.text,
            who: event.staff_name,
          }))}
        />
      </Card>
    </>
  )
}
