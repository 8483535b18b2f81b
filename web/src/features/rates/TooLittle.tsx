import { useTranslation } from 'react-i18next'
import styles from './Rates.module.css'

/** Says that there is too little behind a number to judge by it. */
export function TooLittle({ n, min, short }: { n: number; min: number; short?: boolean }) {
  const { t } = useTranslation()
  const words = t('rates.tooLittle', { count: n, min })
  if (!short) return <span className={styles.little}>△ {words}</span>
  return (
    <span className={styles.littleShort} title={words}>
      <span aria-hidden="true">△ {t('rates.tooLittleShort', { count: n })}</span>
      <span className="lk-sr">{words}</span>
    </span>
  )
}
