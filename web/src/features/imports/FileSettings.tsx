import { Select, Switch } from 'antd'
import { type ReactNode, useId } from 'react'
import { useTranslation } from 'react-i18next'
import { DELIMITERS, ENCODINGS, KINDS, oneOf } from './codes.ts'
import styles from './FileSettings.module.css'
import type { Change, ImportView } from './mapping.ts'
import { delimiterWords, encodingWords } from './words.ts'

export interface FileSettingsProps {
  view: ImportView
  change: (change: Change) => void
}

/** How the file is read; every change reads the samples anew. */
export function FileSettings({ view, change }: FileSettingsProps) {
  const { t } = useTranslation()
  const read = (part: Extract<Change, { type: 'reading' }>['part']) => change({ type: 'reading', part })
  const encodings: readonly string[] = ENCODINGS.some((each) => each === view.encoding)
    ? ENCODINGS
    : [view.encoding, ...ENCODINGS]
  return (
    <div className={styles.grid}>
      <Field label={t('imports.reading.kind')}>
        {(id) => (
          <Select
            id={id}
            value={oneOf(KINDS, view.kind)}
            onChange={(kind) => read({ kind })}
            options={KINDS.map((kind) => ({ value: kind, label: t(`imports.kind.${kind}`) }))}
          />
        )}
      </Field>
      {view.format === 'csv' ? (
        <>
          <Field label={t('imports.reading.encoding')} hint={t('imports.reading.encodingHint')}>
            {(id) => (
              <Select
                id={id}
                value={view.encoding}
                onChange={(encoding) => read({ encoding })}
                options={encodings.map((encoding) => ({ value: encoding, label: encodingWords(encoding) }))}
              />
            )}
          </Field>
          <Field label={t('imports.reading.delimiter')}>
            {(id) => (
              <Select
                id={id}
                value={view.delimiter}
                onChange={(delimiter) => read({ delimiter })}
                options={DELIMITERS.map((delimiter) => ({ value: delimiter, label: delimiterWords(delimiter) }))}
              />
            )}
          </Field>
        </>
      ) : null}
      {view.format === 'xlsx' ? (
        <Field label={t('imports.reading.sheet')}>
          {(id) => (
            <Select
              id={id}
              value={view.sheet ?? undefined}
              onChange={(sheet) => read({ sheet })}
              options={view.sheets.map((sheet) => ({ value: sheet, label: sheet }))}
            />
          )}
        </Field>
      ) : null}
      <Field label={t('imports.reading.header')} hint={t('imports.reading.headerHint')}>
        {(id) => (
          <Switch
            id={id}
            className={styles.switch}
            checked={view.has_header}
            onChange={(has_header) => read({ has_header })}
          />
        )}
      </Field>
    </div>
  )
}

function Field({ label, hint, children }: { label: string; hint?: string; children: (id: string) => ReactNode }) {
  const id = useId()
  return (
    <div className={styles.field}>
      <label htmlFor={id} className={styles.label}>
        {label}
      </label>
      {children(id)}
      {hint ? <span className={styles.hint}>{hint}</span> : null}
    </div>
  )
}
