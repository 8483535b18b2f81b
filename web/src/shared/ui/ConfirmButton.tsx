import { App, Button, type ButtonProps } from 'antd'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'

export interface ConfirmButtonProps extends Omit<ButtonProps, 'onClick' | 'title'> {
  /** Names the object: "停用员工「王建国」？" */
  title: string
  /** What it means. */
  body?: ReactNode
  /** The verb on the confirming button. */
  verb: string
  /** May be asynchronous: the dialog waits and stays open when it fails. */
  act: () => unknown
}

/** A button for acts that cost something: asks first, naming what it is about. */
export function ConfirmButton({ title, body, verb, act, ...rest }: ConfirmButtonProps) {
  const { modal } = App.useApp()
  const { t } = useTranslation()
  return (
    <Button
      {...rest}
      onClick={() =>
        modal.confirm({
          title,
          content: body,
          okText: verb,
          okButtonProps: { danger: rest.danger ?? false },
          cancelText: t('common.cancel'),
          autoFocusButton: 'cancel',
          onOk: act,
        })
      }
    />
  )
}
