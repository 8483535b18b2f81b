import { Form, Input } from 'antd'
import { useTranslation } from 'react-i18next'
import styles from './CustomerForm.module.css'

const PATHS = ['contact_from', 'contact_to'] as const

/** When the customer wants to be contacted (可联系时段): both times or none. */
export function WindowFields() {
  const { t } = useTranslation()
  return (
    <Form.Item
      label={t('customers.field.contact_window')}
      htmlFor="contact_from"
      extra={t('customers.form.windowHint')}
    >
      <div className={styles.times}>
        {PATHS.map((path, index) => (
          <Form.Item
            key={path}
            name={path}
            className={styles.time}
            dependencies={[PATHS[1 - index] ?? path]}
            rules={[
              ({ getFieldValue }) => ({
                validator: () => {
                  const [from, to] = PATHS.map((each) => (getFieldValue(each) as string | undefined) ?? '')
                  if (!getFieldValue(path) && (from || to))
                    return Promise.reject(new Error(t('customers.form.windowBoth')))
                  return path === 'contact_to' && from && to && to <= from
                    ? Promise.reject(new Error(t('problem.field.ends_before_start')))
                    : Promise.resolve()
                },
              }),
            ]}
          >
            <Input type="time" allowClear aria-label={t(`customers.field.${path}`)} />
          </Form.Item>
        ))}
      </div>
    </Form.Item>
  )
}
