import { DeleteOutlined, PlusOutlined } from '@ant-design/icons'
import { AutoComplete, Button, Checkbox, Form, Input, Radio } from 'antd'
import { useTranslation } from 'react-i18next'
import styles from './ContactRows.module.css'
import type { EmailValue, PhoneValue } from './customerForm.ts'

/** Most telephones and e-mail addresses of one customer. */
const ROWS_MAX = 20

export interface ContactRowsProps {
  /** Which list of the form, and the field that is typed. */
  list: 'phones' | 'emails'
  touch: () => void
}

type Row = PhoneValue & EmailValue

/** Telephones or e-mail addresses: label, first choice, "do not use". A stored number is typed anew only on purpose. */
export function ContactRows({ list, touch }: ContactRowsProps) {
  const { t } = useTranslation()
  const form = Form.useFormInstance()
  const field = list === 'phones' ? 'number' : 'address'
  const words = (key: 'add' | 'field' | 'remove' | 'primary', options?: { number: number }) =>
    t(`customers.form.${list}.${key}`, options)

  function change(index: number, part: Partial<Row>) {
    const rows = form.getFieldValue(list) as Row[]
    form.setFieldValue(
      list,
      rows.map((row, at) => (at === index ? { ...row, ...part } : row)),
    )
    touch()
  }

  /** The first choice is one. */
  function prefer(index: number) {
    const rows = form.getFieldValue(list) as Row[]
    form.setFieldValue(
      list,
      rows.map((row, at) => ({ ...row, primary: at === index })),
    )
    touch()
  }

  const labels = (['self', 'spouse', 'family', 'driver', 'office', 'finance'] as const).map((label) => ({
    value: t(`customers.form.labels.${label}`),
  }))

  return (
    <Form.List name={list}>
      {(fields, { add, remove }) => (
        <div className={styles.rows}>
          {fields.map(({ key, name }, index) => (
            <Form.Item noStyle key={key} shouldUpdate>
              {() => {
                const row = (form.getFieldValue([list, name]) ?? {}) as Partial<Row>
                const stored = row.id !== undefined && row[field] === undefined
                return (
                  <fieldset className={styles.row}>
                    <legend className="lk-sr">{words('field')}</legend>
                    <div className={styles.value}>
                      {stored ? (
                        <div className={styles.stored}>
                          <span className={`lk-num ${row.do_not_use ? styles.unused : ''}`}>{row.masked}</span>
                          <Button size="small" onClick={() => change(index, { [field]: '' })}>
                            {t('customers.form.retype')}
                            <span className="lk-sr">{row.masked}</span>
                          </Button>
                        </div>
                      ) : (
                        <>
                          <Form.Item
                            name={[name, field]}
                            className={styles.item}
                            rules={row.id ? [{ required: true, message: t('common.required') }] : []}
                          >
                            <Input
                              maxLength={120}
                              inputMode={list === 'phones' ? 'tel' : 'email'}
                              autoComplete="off"
                              placeholder={words('field')}
                              aria-label={words('field')}
                            />
                          </Form.Item>
                          {row.masked ? (
                            <Button size="small" type="link" onClick={() => change(index, { [field]: undefined })}>
                              {t('customers.form.keep', { masked: row.masked })}
                            </Button>
                          ) : null}
                        </>
                      )}
                    </div>
                    <Form.Item name={[name, 'label']} className={`${styles.item} ${styles.label}`}>
                      <AutoComplete
                        options={labels}
                        maxLength={30}
                        allowClear
                        placeholder={t('customers.form.label')}
                        aria-label={t('customers.form.label')}
                      />
                    </Form.Item>
                    <div className={styles.marks}>
                      <Radio checked={row.primary === true} onChange={() => prefer(index)}>
                        {words('primary')}
                      </Radio>
                      {list === 'phones' ? (
                        <Form.Item name={[name, 'do_not_use']} valuePropName="checked" className={styles.item}>
                          <Checkbox>{t('customers.form.doNotUse')}</Checkbox>
                        </Form.Item>
                      ) : null}
                      <Button
                        type="text"
                        icon={<DeleteOutlined />}
                        aria-label={words('remove', { number: index + 1 })}
                        title={words('remove', { number: index + 1 })}
                        onClick={() => {
                          remove(name)
                          touch()
                        }}
                      />
                    </div>
                  </fieldset>
                )
              }}
            </Form.Item>
          ))}
          {fields.length < ROWS_MAX ? (
            <Button
              className={styles.add}
              icon={<PlusOutlined />}
              onClick={() => {
                add({ primary: fields.length === 0, do_not_use: false })
                touch()
              }}
            >
              {words('add')}
            </Button>
          ) : null}
        </div>
      )}
    </Form.List>
  )
}
