import { useTranslation } from 'react-i18next'
import styles from './Rates.module.css'
import { FIGURES } from './search.ts'

/** On paper nobody can ask a figure for its formula: there they are written out. */
export function Definitions() {
  const { t } = useTranslation()
  return (
    <section className={styles.definitions} aria-label={t('rates.definitions')}>
      <h2>{t('rates.definitions')}</h2>
      <dl>
        {FIGURES.map((code) => (
          <div key={code}>
            <dt>{t(`rates.figure.${code}.name`)}</dt>
            <dd>{t(`rates.figure.${code}.formula`)}</dd>
          </div>
        ))}
      </dl>
    </section>
  )
}
