import { Checkbox, Radio, Select, Switch } from 'antd'
import { useId } from 'react'
import { useTranslation } from 'react-i18next'
import { BranchSelect } from '~/shared/ui/BranchSelect.tsx'
import { Card } from '~/shared/ui/Card.tsx'
import { MATCHES, ON_MATCH, oneOf, SOURCES } from './codes.ts'
import type { Change, ImportOptions, ImportView } from './mapping.ts'
import styles from './OptionsCard.module.css'

/** How lines meet what is stored: recognised by what, what then happens, and where new customers go. */
export function OptionsCard({ view, change }: { view: ImportView; change: (change: Change) => void }) {
  const { t } = useTranslation()
  const ids = { branch: useId(), source: useId(), create: useId() }
  const { options } = view
  const set = (part: Partial<ImportOptions>) => change({ type: 'options', part })
  return (
    <Card title={t('imports.options.title')}>
      <div className={styles.grid}>
        <fieldset className={styles.field}>
          <legend>{t('imports.options.matchBy')}</legend>
          <Checkbox.Group
            value={options.match_by}
            onChange={(chosen) => set({ match_by: MATCHES.filter((each) => chosen.includes(each)) })}
            options={MATCHES.map((each) => ({ value: each, label: t(`imports.match.${each}`) }))}
          />
          <span className={styles.hint}>
            {t(options.match_by.length > 0 ? 'imports.options.matchHint' : 'imports.options.matchNothing')}
          </span>
        </fieldset>
        <fieldset className={styles.field}>
          <legend>{t('imports.options.onMatch')}</legend>
          <Radio.Group
            className={styles.choices}
            value={oneOf(ON_MATCH, options.on_match)}
            onChange={(event) => set({ on_match: event.target.value })}
          >
            {ON_MATCH.map((each) => (
              <Radio key={each} value={each}>
                {t(`imports.onMatch.${each}`)}
                <span className={styles.hint}> {t(`imports.onMatchHint.${each}`)}</span>
              </Radio>
            ))}
          </Radio.Group>
        </fieldset>
        {view.kind === 'customers' ? null : (
          <div className={styles.field}>
            <label htmlFor={ids.create}>{t('imports.options.createCustomers')}</label>
            <Switch
              id={ids.create}
              className={styles.switch}
              checked={options.create_customers}
              onChange={(create_customers) => set({ create_customers })}
            />
            <span className={styles.hint}>
              {t(options.create_customers ? 'imports.options.createHint' : 'imports.options.refuseHint')}
            </span>
          </div>
        )}
        <div className={styles.field}>
          <label htmlFor={ids.branch}>{t('imports.options.branch')}</label>
          <BranchSelect
            id={ids.branch}
            className={styles.select}
            value={options.branch_id}
            onChange={(branch) => set({ branch_id: branch ?? null })}
            placeholder={t('imports.options.ownBranch')}
          />
        </div>
        <div className={styles.field}>
          <label htmlFor={ids.source}>{t('imports.options.source')}</label>
          <Select
            id={ids.source}
            className={styles.select}
            allowClear
            value={options.source ?? undefined}
            onChange={(source: string | undefined) => set({ source: source ?? null })}
            placeholder={t('customers.source.import')}
            options={SOURCES.map((source) => ({ value: source, label: t(`customers.source.${source}`) }))}
          />
        </div>
      </div>
    </Card>
  )
}
