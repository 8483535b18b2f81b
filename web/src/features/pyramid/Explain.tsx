import { useTranslation } from 'react-i18next'
import { count } from '~/shared/lib/money.ts'
import { percent } from '~/shared/lib/ratio.ts'
import styles from './Pyramid.module.css'
import type { Pyramid } from './PyramidPage.tsx'

/** The written rules in words, with the numbers that the month was ranked by. */
export function Explain({ pyramid }: { pyramid: Pyramid }) {
  const { t } = useTranslation()
  const [a, b, c] = pyramid.shares_bp.map((bp) => percent(bp, bp % 100 === 0 ? 0 : 2))
  return (
    <ol className={styles.rules}>
      <li>
        {t('pyramid.explain.order', {
          ranked: count(pyramid.company_ranked),
          basis: t(`pyramid.basis.${pyramid.basis}`),
        })}
      </li>
      <li>{t('pyramid.explain.cuts', { a, b, c })}</li>
      <li>{t('pyramid.explain.small')}</li>
      <li>{t('pyramid.explain.ties')}</li>
      <li>{t('pyramid.explain.zero')}</li>
      <li>{t('pyramid.explain.newcomers')}</li>
      <li>{t('pyramid.explain.kept')}</li>
    </ol>
  )
}
