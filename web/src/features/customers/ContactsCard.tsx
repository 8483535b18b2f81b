import { CheckCircleOutlined, WarningOutlined } from '@ant-design/icons'
import { Tag } from 'antd'
import { useTranslation } from 'react-i18next'
import { Card } from '~/shared/ui/Card.tsx'
import styles from './Cards.module.css'
import { type CustomerView, windowOf } from './customerForm.ts'
import { RevealField } from './RevealField.tsx'

/** How to reach the customer (联系方式); everything hidden until somebody asks for it. */
export function ContactsCard({ view }: { view: CustomerView }) {
  const { t } = useTranslation()
  const customerId = view.row.id
  const allowed = view.can_reveal
  const own = windowOf(view)
  return (
    <Card title={t('customers.contact.title')}>
      <ul className={styles.list}>
        {view.phones.map((phone) => (
          <li key={phone.id} className={styles.entry}>
            <div className={styles.row}>
              <span className={phone.do_not_use ? styles.unused : styles.strong}>
                <RevealField
                  customerId={customerId}
                  field="phone"
                  itemId={phone.id}
                  masked={phone.masked}
                  allowed={allowed}
                  label={`${t(`customers.phoneKind.${phone.kind}`)} ${phone.masked}`}
                  noCall={phone.do_not_use || view.row.do_not_call}
                />
              </span>
              {phone.primary ? <Tag color="processing">{t('customers.contact.first')}</Tag> : null}
            </div>
            <div className={styles.sub}>
              <span>
                {[t(`customers.phoneKind.${phone.kind}`), phone.label].filter(Boolean).join(' · ')}
                {phone.extension ? ` · ${t('customers.contact.extension', { number: phone.extension })}` : ''}
              </span>
              {phone.do_not_use ? <span className={styles.bad}>{t('customers.contact.doNotUse')}</span> : null}
              {phone.valid ? null : (
                <span className={styles.bad}>
                  <WarningOutlined aria-hidden="true" /> {t('customers.contact.invalid')}
                </span>
              )}
              {phone.verified_on ? (
                <span className={styles.good}>
                  <CheckCircleOutlined aria-hidden="true" />{' '}
                  {t('customers.contact.verified', { day: phone.verified_on })}
                </span>
              ) : null}
            </div>
          </li>
        ))}
        {view.phones.length === 0 ? <li className={styles.none}>{t('customers.contact.noPhone')}</li> : null}
        {own ? (
          <li className={styles.entry}>
            <span className="lk-num">{own}</span>
            <div className={styles.sub}>{t('customers.field.contact_window')}</div>
          </li>
        ) : null}
        {view.emails.map((email) => (
          <li key={email.id} className={styles.entry}>
            <RevealField
              customerId={customerId}
              field="email"
              itemId={email.id}
              masked={email.masked}
              allowed={allowed}
              label={`${t('customers.field.emails')} ${email.masked}`}
            />
            <div className={styles.sub}>
              {[t('customers.contact.email'), email.label, email.primary ? t('customers.contact.first') : undefined]
                .filter(Boolean)
                .join(' · ')}
            </div>
          </li>
        ))}
        {view.address_masked ? (
          <li className={styles.entry}>
            <RevealField
              customerId={customerId}
              field="address"
              masked={view.address_masked}
              allowed={allowed}
              label={t('customers.field.address')}
            />
            <div className={styles.sub}>{t('customers.field.address')}</div>
          </li>
        ) : null}
        {view.birthday_masked ? (
          <li className={styles.entry}>
            <RevealField
              customerId={customerId}
              field="birthday"
              masked={view.birthday_masked}
              allowed={allowed}
              label={t('customers.field.birthday')}
            />
            <div className={styles.sub}>
              {[t('customers.field.birthday'), view.gender ? t(`customers.gender.${view.gender}`) : undefined]
                .filter(Boolean)
                .join(' · ')}
            </div>
          </li>
        ) : null}
      </ul>
    </Card>
  )
}
