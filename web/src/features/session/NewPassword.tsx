import { Form, Input } from 'antd'
import { useTranslation } from 'react-i18next'

/** Fewest characters of a password, as the server demands. */
export const PASSWORD_MIN = 10

/** A new password, typed twice. */
export function NewPassword({ name, label, repeat }: { name: string; label: string; repeat: string }) {
  const { t } = useTranslation()
  return (
    <>
      <Form.Item
        name={name}
        label={label}
        extra={t('session.password.hint', { min: PASSWORD_MIN })}
        rules={[
          { required: true, message: t('common.required') },
          { min: PASSWORD_MIN, message: t('common.tooShort', { min: PASSWORD_MIN }) },
        ]}
      >
        <Input.Password autoComplete="new-password" maxLength={256} />
      </Form.Item>
      <Form.Item
        name="repeat"
        label={repeat}
        dependencies={[name]}
        rules={[
          { required: true, message: t('common.required') },
          ({ getFieldValue }) => ({
            validator: (_, value: unknown) =>
              !value || value === getFieldValue(name)
                ? Promise.resolve()
                : Promise.reject(new Error(t('session.setup.mismatch'))),
          }),
        ]}
      >
        <Input.Password autoComplete="new-password" maxLength={256} />
      </Form.Item>
    </>
  )
}
