import type { FormInstance } from 'antd'
import { useRef, useState } from 'react'
import { asProblem } from '~/api/problem.ts'
import { type Merged, merge } from './merge.ts'

export interface Stored<V> {
  values: V
  version: number
}

export interface Edited<V> {
  /** The version the form stands on; sent with it. */
  version: number | undefined
  /** What was joined when somebody else had saved meanwhile. */
  joined: Merged<V> | undefined
  /** Deals with "edited elsewhere": takes the other's changes into the form, keeps what was typed. False: another refusal. */
  join: (error: unknown) => Promise<boolean>
}

/** Keeps a form usable when the record was changed by somebody else while it was open. */
export function useEdited<V extends object>(
  form: FormInstance<V>,
  first: { values: V; version?: number },
  load: (() => Promise<Stored<V>>) | undefined,
): Edited<V> {
  const base = useRef(first.values)
  const [version, setVersion] = useState(first.version)
  const [joined, setJoined] = useState<Merged<V>>()

  async function join(error: unknown): Promise<boolean> {
    if (!load || asProblem(error).code !== 'edited_elsewhere') return false
    const stored = await load()
    const result = merge(base.current, form.getFieldsValue(true) as V, stored.values)
    base.current = stored.values
    form.setFieldsValue(result.values as Parameters<typeof form.setFieldsValue>[0])
    setVersion(stored.version)
    setJoined(result)
    return true
  }

  return { version, joined, join }
}
