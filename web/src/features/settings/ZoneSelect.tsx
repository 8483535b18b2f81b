import { Select } from 'antd'

export interface ZoneSelectProps {
  id?: string
  value?: string
  onChange?: (zone: string) => void
  disabled?: boolean
}

const ZONES = [...new Set(['Asia/Shanghai', 'Asia/Urumqi', ...Intl.supportedValuesOf('timeZone')])].map((value) => ({
  value,
  label: value,
}))

/** Time zones (IANA), the Chinese ones first. */
export function ZoneSelect(props: ZoneSelectProps) {
  return <Select {...props} options={ZONES} showSearch={{ optionFilterProp: 'label' }} />
}
