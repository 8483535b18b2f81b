import { Form, Input } from 'antd'
import { useTranslation } from 'react-i18next'
import { useSession } from '~/api/session.ts'
import styles from './PasswordItem.module.css'

/** The log-in password once more: it stands for the signature. */
export function PasswordItem() {
  const { t } = useTranslation()
  const { staff } = useSession()
  return (
    <>
      {/* Lets password managers know whose password is meant. */}
      <input
        className="lk-sr"
        type="text"
        autoComplete="username"
        value={staff.login}
        readOnly
        tabIndex={-1}
        aria-hidden
      />
      <Form.Item
        name="password"
        label={t('slips.act.password')}
        rules={[{ required: true, message: t('common.required') }]}
        className={styles.password}
      >
        <Input.Password autoComplete="current-password" />
      </Form.Item>
    </>
  )
}
