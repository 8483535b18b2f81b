import { useBlocker } from '@tanstack/react-router'
import { App } from 'antd'
import { useCallback, useMemo, useRef } from 'react'
import { useTranslation } from 'react-i18next'

export interface Unsaved {
  /** Something was changed. */
  touch: () => void
  /** It was saved, or is to be thrown away. */
  clear: () => void
}

/** Asks before somebody leaves a page (or closes a drawer that lives in the address) with unsaved changes. */
export function useUnsaved(): Unsaved {
  const dirty = useRef(false)
  const { modal } = App.useApp()
  const { t } = useTranslation()
  useBlocker({
    shouldBlockFn: async () => {
      if (!dirty.current) return false
      const leave = await modal.confirm({
        title: t('common.unsaved'),
        okText: t('common.leave'),
        okButtonProps: { danger: true },
        cancelText: t('common.stay'),
        autoFocusButton: 'cancel',
      })
      if (leave) dirty.current = false
      return !leave
    },
    enableBeforeUnload: () => dirty.current,
  })
  const touch = useCallback(() => {
    dirty.current = true
  }, [])
  const clear = useCallback(() => {
    dirty.current = false
  }, [])
  return useMemo(() => ({ touch, clear }), [touch, clear])
}
