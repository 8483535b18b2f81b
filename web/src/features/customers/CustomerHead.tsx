import { Tag } from 'antd'
import { type ReactNode, useEffect } from 'react'
import { useTranslation } from 'react-i18next'
import { api } from '~/api/client.ts'
import { useCan } from '~/api/session.ts'
import { instant } from '~/shared/lib/dates.ts'
import { count, moneyShort } from '~/shared/lib/money.ts'
import { mark } from '~/shared/lib/ratio.ts'
import styles from './CustomerHead.module.css'
import { type CustomerView, windowOf } from './customerForm.ts'
import { RevealField } from './RevealField.tsx'
import { TierSeal } from './TierSeal.tsx'
import { personalityWords, stageWords } from './words.ts'

/** Who it is, at a glance: tier, name, first telephone, tags and the figures that count. */
export function CustomerHead({ view }: { view: CustomerView }) {
  const { t } = useTranslation()
  const { row } = view
  const own = windowOf(view)
  const first = view.phones.find((phone) => phone.primary) ?? view.phones[0]

  useEffect(() => {
    document.title = `${row.name} · ${t('shell.brand')}`
  }, [row.name, t])

  return (
    <header className={styles.head}>
      <TierSeal customerId={row.id} tier={row.tier} />
      <div className={styles.who}>
        <h1 className={styles.name}>{row.name}</h1>
        <div className={styles.line}>
          {first ? (
            <RevealField
              customerId={row.id}
              field="phone"
              itemId={first.id}
              masked={first.masked}
              allowed={view.can_reveal}
              label={t('customers.head.firstPhone')}
              noCall={first.do_not_use || row.do_not_call}
            />
          ) : (
            <span>{t('common.phone.none')}</span>
          )}
          {own ? (
            <span>
              {t('customers.field.contact_window')} {own}
            </span>
          ) : null}
          <span>{row.number}</span>
          <span>{t('customers.head.since', { day: instant(view.created_at).slice(0, 10) })}</span>
          <span>{t(`customers.kind.${row.kind}`)}</span>
        </div>
        <div className={styles.tags}>
          <Tag>{stageWords(row.stage)}</Tag>
          {view.personality ? <Tag>{personalityWords(view.personality)}</Tag> : null}
          {view.preferred_staff_name ? (
            <Tag>{t('customers.head.prefers', { name: view.preferred_staff_name })}</Tag>
          ) : null}
          {row.tags.map((tag) => (
            <Tag key={tag}>{tag}</Tag>
          ))}
        </div>
      </div>
      <Figures view={view} />
    </header>
  )
}

function Figures({ view }: { view: CustomerView }) {
  const { t } = useTranslation()
  const can = useCan()
  const { row } = view
  const followup = api.useQuery(
    'get',
    '/api/v1/customers/{id}/followup',
    { params: { path: { id: row.id } } },
    { enabled: can('followup.read') },
  )
  const satisfaction = followup.data
  return (
    <dl className={styles.figures}>
      <Figure
        label={t('customers.figure.year')}
        value={moneyShort(view.revenue_12m_fen)}
        note={t('customers.figure.orders', { count: view.orders_12m })}
      />
      <Figure
        label={t('customers.figure.total')}
        value={moneyShort(row.revenue_fen)}
        note={t('customers.figure.orders', { count: row.order_count })}
      />
      <Figure
        label={t('customers.figure.visits')}
        value={t('customers.figure.times', { count: view.visits_12m })}
        note={t('customers.figure.visitsTotal', { number: count(row.visit_count) })}
      />
      <Figure
        label={t('customers.figure.lastVisit')}
        value={row.last_visit_on ?? '—'}
        note={row.last_visit_on ? undefined : t('customers.never')}
        small
      />
      {satisfaction ? (
        <Figure
          label={t('customers.figure.satisfaction')}
          value={satisfaction.satisfaction_n > 0 ? `${mark(satisfaction.satisfaction_x100, 1)}/5` : '—'}
          note={t('followup.panel.basedOn', { count: satisfaction.satisfaction_n })}
        />
      ) : null}
    </dl>
  )
}

function Figure({ label, value, note, small }: { label: string; value: ReactNode; note?: string; small?: boolean }) {
  return (
    <div className={styles.figure}>
      <dt className={styles.label}>{label}</dt>
      <dd className={`${styles.value} ${small ? styles.small : ''}`}>{value}</dd>
      {note ? <dd className={styles.note}>{note}</dd> : null}
    </div>
  )
}
