import { useTranslation } from 'react-i18next'
import type { components } from '~/api/schema.gen.ts'
import styles from './SlipStateTag.module.css'

type SlipState = components['schemas']['SlipRow']['state']

const MARKS = { raised: '○', answered: '◔', countersigned: '◑', closed: '●' } as const

/** How far a feedback slip has come (反馈单状态), by colour, shape and words. */
export function SlipStateTag({ state }: { state: SlipState }) {
  const { t } = useTranslation()
  return (
    <span className={`${styles.tag} ${styles[state]}`}>
      <span aria-hidden="true">{MARKS[state]}</span>
      {t(`followup.slipState.${state}`)}
    </span>
  )
}
