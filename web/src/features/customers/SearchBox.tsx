import { Input } from 'antd'
import { useEffect, useEffectEvent, useState } from 'react'
import { useDebounced } from '~/shared/lib/useDebounced.ts'

export interface SearchBoxProps {
  /** As the address has it. */
  value: string | undefined
  placeholder: string
  className?: string
  autoFocus?: boolean
  onSearch: (words: string | undefined) => void
}

/** Searches once the typing rests; follows the address when it changes from outside. */
export function SearchBox({ value, placeholder, className, autoFocus, onSearch }: SearchBoxProps) {
  const [text, setText] = useState(value ?? '')
  const rested = useDebounced(text, 300)
  const ask = useEffectEvent((words: string) => {
    const next = words.trim() === '' ? undefined : words.trim()
    if (next !== value) onSearch(next)
  })
  useEffect(() => ask(rested), [rested])
  // A link or the back button may change the words from outside.
  useEffect(() => setText((shown) => (shown.trim() === (value ?? '') ? shown : (value ?? ''))), [value])
  return (
    <Input.Search
      className={className}
      allowClear
      maxLength={60}
      autoFocus={autoFocus}
      value={text}
      placeholder={placeholder}
      aria-label={placeholder}
      onChange={(event) => setText(event.target.value)}
      onSearch={(words) => ask(words)}
    />
  )
}
