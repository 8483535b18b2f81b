import { Form, Input } from 'antd'
import { useTranslation } from 'react-i18next'
import { parseMoney } from '~/shared/lib/money.ts'

export interface MoneyFieldProps {
  name: string
  label: string
  required?: boolean
  extra?: string
  /** Whether an amount below nothing makes sense here. */
  signed?: boolean
}

/** An amount as people type it: `1,234.5`, full-width digits, with or without the yuan sign. */
export function MoneyField({ name, label, required = false, extra, signed = false }: MoneyFieldProps) {
  const { t } = useTranslation()
  return (
    <Form.Item
      name={name}
      label={label}
      extra={extra}
      validateFirst
      rules={[
        { required, whitespace: true, message: t('common.required') },
        {
          validator: async (_, text?: string) => {
            if (!text?.trim()) return
            const fen = parseMoney(text)
            if (fen === undefined) throw new Error(t('problem.money.not_an_amount'))
            if (!signed && fen < 0) throw new Error(t('customers.form.notNegative'))
          },
        },
      ]}
    >
      <Input prefix="¥" inputMode="decimal" maxLength={20} autoComplete="off" />
    </Form.Item>
  )
}
