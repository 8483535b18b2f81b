import type { KeyboardEvent } from 'react'
import { useTranslation } from 'react-i18next'
import { FACTORS, type Factor } from '~/shared/lib/followupWords.ts'
import { LOW, withScore } from './draft.ts'
import styles from './ScoreRows.module.css'
import sheet from './Sheet.module.css'
import type { PartProps } from './Sheet.tsx'
import { scoreKey } from './scoreKey.ts'

const MARKS = [1, 2, 3, 4, 5] as const

function tone(score: number | null | undefined): string {
  if (typeof score !== 'number') return ''
  return (score <= LOW ? styles.low : score === 3 ? styles.fair : styles.good) ?? ''
}

/** Five-factor satisfaction (五度): five rows of 1–5; a digit rates and goes on to the next row. */
export function ScoreRows({ draft, change, locked }: PartProps) {
  const { t } = useTranslation()
  return (
    <section className={sheet.section} aria-labelledby="sheet-scores-title">
      <div className={sheet.bar}>
        <h2 id="sheet-scores-title" className={sheet.heading}>
          {t('callsheet.scores.title')}
        </h2>
        <span className={`${sheet.note} ${styles.keys}`}>{t('callsheet.scores.hint')}</span>
      </div>
      {FACTORS.map((factor, index) => (
        <Row
          key={factor}
          factor={factor}
          first={index === 0}
          score={draft.scores[factor] ?? undefined}
          locked={locked}
          rate={(score) => change((old) => withScore(old, factor, score))}
        />
      ))}
    </section>
  )
}

interface RowProps {
  factor: Factor
  first: boolean
  score: number | undefined
  locked: boolean
  rate: (score: number | undefined) => void
}

function Row({ factor, first, score, locked, rate }: RowProps) {
  const { t } = useTranslation()
  const name = t(`followup.factor.${factor}.name`)
  const ask = t(`followup.factor.${factor}.ask`)

  function onKey(event: KeyboardEvent<HTMLFieldSetElement>) {
    const hit = scoreKey(event)
    if (!hit || locked) return
    event.preventDefault()
    rate(hit.score)
    if (hit.score === undefined) return
    const next = event.currentTarget.nextElementSibling?.querySelector<HTMLElement>('input:checked, input')
    ;(next ?? document.getElementById('sheet-verbatim'))?.focus()
  }

  return (
    <fieldset className={styles.row} disabled={locked} onKeyDown={onKey}>
      <legend className="lk-sr">{t('callsheet.scores.of', { name, ask })}</legend>
      <span className={styles.what} aria-hidden="true">
        <span className={styles.name}>{name}</span>
        <span className={styles.ask}>{ask}</span>
      </span>
      <span className={`${styles.marks} ${tone(score)}`}>
        {MARKS.map((value) => (
          <label key={value} className={styles.mark}>
            <input
              type="radio"
              id={first && (score === value || (score === undefined && value === 1)) ? 'sheet-scores' : undefined}
              name={`score-${factor}`}
              className={styles.radio}
              checked={score === value}
              onChange={() => rate(value)}
              aria-label={`${value} ${t(`followup.score.s${value}`)}`}
            />
            <span className={styles.face} aria-hidden="true" title={t(`followup.score.s${value}`)}>
              {value}
            </span>
          </label>
        ))}
      </span>
      <span className={`${styles.word} ${tone(score)}`} aria-hidden="true">
        {score === undefined
          ? t('callsheet.scores.unanswered')
          : t(`followup.score.s${score as (typeof MARKS)[number]}`)}
      </span>
    </fieldset>
  )
}
