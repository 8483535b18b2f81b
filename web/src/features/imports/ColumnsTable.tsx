import { Select } from 'antd'
import { useTranslation } from 'react-i18next'
import { DataTable, type TableColumn } from '~/shared/ui/DataTable.tsx'
import styles from './ColumnsTable.module.css'
import { type Change, type ImportColumn, type ImportField, type ImportView, surenessOf } from './mapping.ts'
import { fieldWords } from './words.ts'

export interface ColumnsTableProps {
  view: ImportView
  fields: ImportField[]
  change: (change: Change) => void
}

const MARKS = { sure: '●', likely: '▲', doubtful: '◆', none: '–' } as const

/** The columns of the file with examples and what each is taken for. */
export function ColumnsTable({ view, fields, change }: ColumnsTableProps) {
  const { t } = useTranslation()
  const usedBy = new Map(view.columns.flatMap((column) => (column.field ? [[column.field, column] as const] : [])))

  const choice = (column: ImportColumn) => (
    <Select
      className={styles.choice}
      aria-label={t('imports.columns.choose', { header: column.header })}
      allowClear
      showSearch={{ optionFilterProp: 'search' }}
      value={column.field ?? undefined}
      placeholder={t('imports.columns.leaveOut')}
      onChange={(field: string | undefined) =>
        change({
          type: 'field',
          index: column.index,
          field: field ?? null,
          repeatable: fields.find((each) => each.code === field)?.repeatable ?? false,
        })
      }
      options={fields.map((field) => {
        const name = fieldWords(field.code)
        const user = usedBy.get(field.code)
        const taken = user && user.index !== column.index && !field.repeatable
        return {
          value: field.code,
          search: `${name} ${field.code}`,
          label: taken
            ? t('imports.columns.takenBy', { field: name, header: user.header })
            : field.required
              ? t('imports.columns.requiredField', { field: name })
              : name,
        }
      })}
    />
  )
  const sureness = (column: ImportColumn) => {
    const sure = surenessOf(column)
    return (
      <span className={`${styles.sure} ${styles[sure]}`}>
        <span aria-hidden="true">{MARKS[sure]}</span> {t(`imports.columns.${sure}`)}
      </span>
    )
  }
  const samples = (column: ImportColumn) =>
    column.samples.length > 0 ? (
      <ul className={styles.samples} aria-label={t('imports.columns.samplesOf', { header: column.header })}>
        {column.samples.slice(0, 4).map((sample, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: samples repeat and never move
          <li key={index} title={sample}>
            {sample}
          </li>
        ))}
      </ul>
    ) : (
      <span className="lk-muted">{t('imports.columns.noSamples')}</span>
    )

  const columns: TableColumn<ImportColumn>[] = [
    {
      title: t('imports.columns.header'),
      width: 180,
      render: (_, column) => <span className="lk-strong">{column.header}</span>,
    },
    { title: t('imports.columns.samples'), render: (_, column) => samples(column) },
    { title: t('imports.columns.field'), width: 280, render: (_, column) => choice(column) },
    { title: t('imports.columns.sureness'), width: 130, render: (_, column) => sureness(column) },
  ]
  return (
    <DataTable<ImportColumn>
      label={t('imports.columns.title')}
      rows={view.columns}
      rowKey={(column) => String(column.index)}
      columns={columns}
      minWidth={820}
      card={(column) => (
        <div className={styles.card}>
          <div className={styles.head}>
            <span className="lk-strong">{column.header}</span>
            {sureness(column)}
          </div>
          {samples(column)}
          {choice(column)}
        </div>
      )}
    />
  )
}
