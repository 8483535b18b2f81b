import { Button, DatePicker } from 'antd'
import { toInstant, toPicker } from '~/shared/lib/dates.ts'
import { serverNow } from '~/shared/lib/sla.ts'
import styles from './WhenPicker.module.css'

export interface WhenPreset {
  key: string
  label: string
  /** Epoch ms. */
  at: number
}

export interface WhenPickerProps {
  id?: string
  /** Epoch ms. */
  value?: number
  onChange?: (at: number | undefined) => void
  presets: readonly WhenPreset[]
  placeholder?: string
  invalid?: boolean
  'aria-label'?: string
}

/** A time to come: the usual ones at one press, any other from the calendar. Fits an antd form. */
export function WhenPicker({ id, value, onChange, presets, placeholder, invalid, ...rest }: WhenPickerProps) {
  return (
    <div className={styles.row}>
      {presets.map((preset) => (
        <Button
          key={preset.key}
          type={preset.at === value ? 'primary' : 'default'}
          aria-pressed={preset.at === value}
          onClick={() => onChange?.(preset.at)}
        >
          {preset.label}
        </Button>
      ))}
      <DatePicker
        id={id}
        {...rest}
        className={styles.picker}
        status={invalid ? 'error' : undefined}
        showTime={{ format: 'HH:mm', minuteStep: 5 }}
        format="YYYY-MM-DD HH:mm"
        placeholder={placeholder}
        value={value === undefined ? null : toPicker(value)}
        minDate={toPicker(serverNow())}
        onChange={(picked) => onChange?.(picked ? toInstant(picked) : undefined)}
      />
    </div>
  )
}
