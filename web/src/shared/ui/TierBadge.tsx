import { useTranslation } from 'react-i18next'
import styles from './TierBadge.module.css'

export type Tier = 'A' | 'B' | 'C' | 'D'

/** Tier of a customer (客户等级): the letter is seen, "A 级客户" is read out. */
export function TierBadge({ tier, size = 'small' }: { tier: Tier | null | undefined; size?: 'small' | 'large' }) {
  const { t } = useTranslation()
  const key = tier ?? 'none'
  const words = t(`common.tier.${key}`)
  return (
    <span className={`${styles.badge} ${styles[key]} ${size === 'large' ? styles.large : ''}`} title={words}>
      <span aria-hidden="true">{tier ?? '–'}</span>
      <span className="lk-sr">{words}</span>
    </span>
  )
}
