import { Link } from '@tanstack/react-router'
import type { CSSProperties } from 'react'
import { useTranslation } from 'react-i18next'
import { count, money, moneyShort } from '~/shared/lib/money.ts'
import { percent } from '~/shared/lib/ratio.ts'
import { useIsMobile } from '~/shared/lib/useMedia.ts'
import type { Pyramid } from './PyramidPage.tsx'
import type { PyramidSearch } from './search.ts'
import styles from './Tiers.module.css'

type Line = Pyramid['tiers'][number]

export interface TiersProps {
  pyramid: Pyramid
  search: PyramidSearch
}

/** The pyramid itself: one layer per tier, and in the same row what the layer holds. */
export function Tiers({ pyramid, search }: TiersProps) {
  const mobile = useIsMobile()
  return mobile ? <Layers pyramid={pyramid} search={search} /> : <Rows pyramid={pyramid} search={search} />
}

function ListLink({ line, search }: { line: Line; search: PyramidSearch }) {
  const { t } = useTranslation()
  return (
    <Link to="/pyramid" search={{ ...search, tier: line.tier }} hash="members" className={styles.link}>
      {t('pyramid.showList', { tier: line.tier })}
    </Link>
  )
}

/** A layer of the figure; the words beside it say the same. */
function Layer({ line }: { line: Line }) {
  return (
    <span className={`${styles.layer} ${styles[line.tier]}`} aria-hidden="true">
      {line.tier}
    </span>
  )
}

function Share({ bp, tone }: { bp: number | null | undefined; tone: 'heads' | 'amount' }) {
  const width: CSSProperties = { inlineSize: `${Math.min(Math.max((bp ?? 0) / 100, 0), 100)}%` }
  return (
    <div className={styles.share}>
      <span className={styles.track} aria-hidden="true">
        <span className={`${styles.bar} ${styles[tone]}`} style={width} />
      </span>
      <span className={styles.percent}>{percent(bp)}</span>
    </div>
  )
}

function Rows({ pyramid, search }: TiersProps) {
  const { t } = useTranslation()
  return (
    <table className={styles.table} aria-label={t('pyramid.figure')}>
      <thead>
        <tr>
          <th scope="col" className={styles.figure}>
            {t('pyramid.column.tier')}
          </th>
          <th scope="col" className={styles.number}>
            {t('pyramid.column.heads')}
          </th>
          <th scope="col" className={styles.wide}>
            {t('pyramid.column.headsShare')}
          </th>
          <th scope="col" className={styles.number}>
            {t('pyramid.column.amount')}
          </th>
          <th scope="col" className={styles.wide}>
            {t('pyramid.column.amountShare')}
          </th>
          <th scope="col" className={styles.number}>
            {t('pyramid.column.threshold')}
          </th>
          <th scope="col">
            <span className="lk-sr">{t('pyramid.column.list')}</span>
          </th>
        </tr>
      </thead>
      <tbody>
        {pyramid.tiers.map((line) => (
          <tr key={line.tier} className={search.tier === line.tier ? styles.current : undefined}>
            <th scope="row" className={styles.figure}>
              <span className={styles.cell}>
                <Layer line={line} />
                <span>
                  <span className="lk-sr">{line.tier} </span>
                  {t(`pyramid.level.${line.tier}`)}
                </span>
              </span>
            </th>
            <td className={styles.number}>{count(line.heads)}</td>
            <td>
              <Share bp={line.heads_bp} tone="heads" />
            </td>
            <td className={styles.number}>{moneyShort(line.amount_fen)}</td>
            <td>
              <Share bp={line.share_bp} tone="amount" />
            </td>
            <td className={styles.number}>{threshold(line)}</td>
            <td className={styles.number}>
              <ListLink line={line} search={search} />
            </td>
          </tr>
        ))}
      </tbody>
      <tfoot>
        <tr>
          <th scope="row">{t('pyramid.total')}</th>
          <td className={styles.number}>{count(pyramid.ranked)}</td>
          <td />
          <td className={styles.number}>{moneyShort(pyramid.total_fen)}</td>
          <td colSpan={3} />
        </tr>
      </tfoot>
    </table>
  )
}

function threshold(line: Line): string {
  return line.threshold_fen === null || line.threshold_fen === undefined ? '—' : money(line.threshold_fen)
}

/** On a telephone the words of a layer stand beside it in three lines. */
function Layers({ pyramid, search }: TiersProps) {
  const { t } = useTranslation()
  return (
    <ul className={styles.layers} aria-label={t('pyramid.figure')}>
      {pyramid.tiers.map((line) => (
        <li key={line.tier} className={search.tier === line.tier ? styles.current : undefined}>
          <Layer line={line} />
          <div className={styles.words}>
            <div className={styles.head}>
              <span className="lk-strong">
                <span className="lk-sr">{line.tier} </span>
                {t(`pyramid.level.${line.tier}`)}
              </span>
              <ListLink line={line} search={search} />
            </div>
            <span>{t('pyramid.headsOf', { heads: count(line.heads), share: percent(line.heads_bp) })}</span>
            <span>
              {t('pyramid.amountOf', { amount: moneyShort(line.amount_fen), share: percent(line.share_bp) })}
              <span className={styles.threshold}>{t('pyramid.thresholdOf', { amount: threshold(line) })}</span>
            </span>
          </div>
        </li>
      ))}
    </ul>
  )
}
