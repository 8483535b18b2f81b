import { Button, Popover, Segmented } from 'antd'
import { useTranslation } from 'react-i18next'
import type { Draft } from './draft.ts'
import styles from './Script.module.css'
import sheet from './Sheet.module.css'
import type { PartProps } from './Sheet.tsx'
import type { SheetView } from './useSheet.ts'

const LINES = ['opener', 'permission', 'benefit'] as const
const TYPES = ['perfectionist', 'achiever', 'self_centred', 'expert'] as const
const OBJECTIONS = ['noTime', 'notInterested', 'busy'] as const

/** The first three sentences, with a hint for this customer's type (性格). */
export function Script({ view, draft, change, locked }: PartProps & { view: SheetView }) {
  const { t } = useTranslation()
  const type = TYPES.find((each) => each === view.customer.personality)
  const words = { opener: view.opener, permission: view.permission_ask, benefit: view.benefit }
  return (
    <section className={sheet.section} aria-labelledby="sheet-script">
      <div className={sheet.bar}>
        <h2 id="sheet-script" className={sheet.heading}>
          {t('callsheet.script.title')}
        </h2>
        <span className={sheet.push} />
        <Popover
          trigger="click"
          placement="bottomRight"
          content={
            <dl className={styles.objections}>
              {OBJECTIONS.map((each) => (
                <div key={each}>
                  <dt>{t(`callsheet.objection.${each}.say`)}</dt>
                  <dd>{t(`callsheet.objection.${each}.reply`)}</dd>
                </div>
              ))}
            </dl>
          }
        >
          <Button size="small" type="link">
            {t('callsheet.script.objections')}
          </Button>
        </Popover>
      </div>
      <dl className={styles.lines}>
        {LINES.map((line) => (
          <div key={line} className={styles.line}>
            <dt className={styles.name}>{t(`callsheet.script.${line}`)}</dt>
            <dd className={styles.say}>
              {words[line]}
              {type ? <span className={styles.hint}>{t(`callsheet.hint.${type}.${line}`)}</span> : null}
            </dd>
            {line === 'permission' ? (
              <dd className={styles.answer}>
                <Segmented
                  id="sheet-permission"
                  aria-label={t('callsheet.field.permission')}
                  disabled={locked}
                  value={draft.permission ?? ''}
                  options={(['yes', 'no', 'later'] as const).map((value) => ({
                    value: value as string,
                    label: t(`callsheet.script.${value}`),
                  }))}
                  onChange={(value) =>
                    change((old) => ({ ...old, permission: value as NonNullable<Draft['permission']> }))
                  }
                />
              </dd>
            ) : null}
          </div>
        ))}
      </dl>
    </section>
  )
}
