import { App, type FormInstance } from 'antd'
import { useCallback } from 'react'
import { useTranslation } from 'react-i18next'
import { problemToForm, problemWords } from '~/api/problem.ts'

/** What to do when a mutation is refused: words under the fields of a form, the rest as a message. */
export function useRefused(): (error: unknown, form?: FormInstance) => void {
  const { message } = App.useApp()
  return useCallback(
    (error, form) => {
      const words = form ? problemToForm(form, error) : problemWords(error)
      if (words) void message.error(words)
    },
    [message],
  )
}

/** A short word that something was done. */
export function useDone(): (words?: string) => void {
  const { message } = App.useApp()
  const { t } = useTranslation()
  return useCallback((words) => void message.success(words ?? t('common.saved')), [message, t])
}
