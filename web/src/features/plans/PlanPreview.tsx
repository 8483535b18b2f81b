import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { client } from '~/api/client.ts'
import { wordsOf } from '~/i18n/i18n.ts'
import { count } from '~/shared/lib/money.ts'
import { useDebounced } from '~/shared/lib/useDebounced.ts'
import { Loaded } from '~/shared/ui/Loaded.tsx'
import { type PlanInput, previewable } from './form.ts'
import styles from './PlanPreview.module.css'

/** Who was due in the last 30 days with these settings, and who is left out and why. */
export function PlanPreview({ values }: { values: Partial<PlanInput> }) {
  const { t } = useTranslation()
  const wanted = JSON.stringify(previewable(values) ?? null)
  const rested = useDebounced(wanted, 500)
  const body = useMemo(() => JSON.parse(rested) as PlanInput | null, [rested])
  const query = useQuery({
    queryKey: ['post', '/api/v1/plans/preview', rested],
    enabled: body !== null,
    placeholderData: keepPreviousData,
    queryFn: async ({ signal }) => {
      if (!body) throw new TypeError('incomplete')
      const { data } = await client.POST('/api/v1/plans/preview', { body, signal })
      if (!data) throw new TypeError('no answer')
      return data
    },
  })
  return (
    <aside className={styles.box} aria-label={t('plans.preview.title')} aria-live="polite">
      <h2 className={styles.title}>{t('plans.preview.title')}</h2>
      {body === null ? (
        <p className={styles.note}>{t('plans.preview.incomplete')}</p>
      ) : (
        <Loaded query={query} skeleton={4}>
          {(preview) => (
            <>
              <p className={styles.due}>{t('plans.preview.due', { count: preview.due })}</p>
              <p className={styles.note}>{t('plans.preview.span')}</p>
              <h3 className={styles.heading}>{t('plans.preview.leftOut')}</h3>
              {preview.left_out.length === 0 ? (
                <p className={styles.note}>{t('plans.preview.noneLeftOut')}</p>
              ) : (
                <dl className={styles.list}>
                  {preview.left_out.map((part) => (
                    <div key={part.reason} className={styles.line}>
                      <dt>{wordsOf(`plans.preview.reason.${part.reason}`) ?? part.reason}</dt>
                      <dd className="lk-num">{count(part.count)}</dd>
                    </div>
                  ))}
                </dl>
              )}
              {preview.sample.length > 0 ? (
                <>
                  <h3 className={styles.heading}>{t('plans.preview.sample')}</h3>
                  <ul className={styles.sample}>
                    {preview.sample.map((each) => (
                      <li key={each.customer_id}>
                        {each.customer_name}
                        <span className={styles.note}>
                          {' '}
                          {t('plans.preview.on', { on: each.reason_on })} ·{' '}
                          {each.assignee_name
                            ? t('plans.preview.caller', { name: each.assignee_name })
                            : t('plans.preview.nobody')}
                        </span>
                      </li>
                    ))}
                  </ul>
                </>
              ) : null}
            </>
          )}
        </Loaded>
      )}
    </aside>
  )
}
