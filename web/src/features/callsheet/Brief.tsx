import { Link } from '@tanstack/react-router'
import { Tag } from 'antd'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { wordsOf } from '~/i18n/i18n.ts'
import { day, today } from '~/shared/lib/dates.ts'
import { windowsWords } from '~/shared/lib/moments.ts'
import { count, moneyShort } from '~/shared/lib/money.ts'
import { mark } from '~/shared/lib/ratio.ts'
import styles from './Brief.module.css'
import { latestService } from './latestService.ts'
import { Phones } from './Phones.tsx'
import sheet from './Sheet.module.css'
import type { Calls } from './useCalls.ts'
import type { SheetView } from './useSheet.ts'

export interface BriefProps {
  view: SheetView
  calls: Calls
  /** On a telephone: who to call stays above the script, the rest goes below. */
  part?: 'contact' | 'thing'
}

/** The customer, the vehicle and its last service in brief. */
export function Brief({ view, calls, part }: BriefProps) {
  return (
    <div className={part ? styles.card : undefined}>
      {part === 'thing' ? null : <Contact view={view} calls={calls} />}
      {part === 'contact' ? null : (
        <>
          <LastService view={view} />
          <Thing view={view} />
          <Facts view={view} />
        </>
      )}
    </div>
  )
}

function Section({
  id,
  title,
  extra,
  children,
}: {
  id: string
  title: string
  extra?: ReactNode
  children: ReactNode
}) {
  return (
    <section className={sheet.section} aria-labelledby={id}>
      <div className={sheet.bar}>
        <h2 id={id} className={sheet.heading}>
          {title}
        </h2>
        {extra ? <span className={sheet.push}>{extra}</span> : null}
      </div>
      {children}
    </section>
  )
}

function Contact({ view, calls }: { view: SheetView; calls: Calls }) {
  const { t } = useTranslation()
  const { customer } = view
  const warnings = [
    customer.do_not_call ? t('callsheet.customer.doNotCall') : undefined,
    customer.phone_consent === false ? t('callsheet.customer.noConsent') : undefined,
    customer.ask_at_reception ? t('callsheet.customer.askAtReception') : undefined,
  ].filter((words) => words !== undefined)
  return (
    <Section
      id="sheet-customer"
      title={customer.name}
      extra={
        <Link to="/customers/$customerId" params={{ customerId: customer.id }}>
          {t('callsheet.customer.open')}
        </Link>
      }
    >
      <div className={styles.tags}>
        {customer.personality ? (
          <Tag color="processing" variant="filled">
            {wordsOf(`followup.personality.${customer.personality}`) ?? customer.personality}
          </Tag>
        ) : null}
        {customer.tags.map((tag) => (
          <Tag key={tag} variant="filled">
            {tag}
          </Tag>
        ))}
      </div>
      {warnings.map((words) => (
        <p key={words} className={styles.warn}>
          ▲ {words}
        </p>
      ))}
      <Phones view={view} calls={calls} />
      {view.windows.length > 0 ? (
        <p className={styles.windows}>
          {t('callsheet.customer.windows')}{' '}
          <span className={`lk-num ${view.task.own_window ? styles.own : ''}`}>{windowsWords(t, view.windows)}</span>
          {view.task.own_window ? ` · ${t('callsheet.customer.ownWindow')}` : null}
        </p>
      ) : null}
      {customer.notes ? <p className={styles.notes}>{customer.notes}</p> : null}
    </Section>
  )
}

function Facts({ view }: { view: SheetView }) {
  const { t } = useTranslation()
  const { customer } = view
  return (
    <section className={sheet.section} aria-label={t('callsheet.customer.title')}>
      <dl className={styles.facts}>
        <dt>{t('callsheet.customer.lastVisit')}</dt>
        <dd>
          {day(customer.last_visit_on)}
          <span className="lk-muted"> · {t('callsheet.customer.visits', { count: customer.visit_count })}</span>
        </dd>
        <dt>{t('callsheet.customer.revenue')}</dt>
        <dd>{moneyShort(customer.revenue_12m_fen)}</dd>
        <dt>{t('callsheet.customer.satisfaction')}</dt>
        <dd>
          {customer.satisfaction_n > 0 ? `${mark(customer.satisfaction_x100)} / 5` : '—'}
          {customer.satisfaction_n > 0 ? (
            <span className="lk-muted"> · {t('followup.panel.basedOn', { count: customer.satisfaction_n })}</span>
          ) : null}
        </dd>
        {customer.owner_name ? (
          <>
            <dt>{t('callsheet.customer.owner')}</dt>
            <dd>{customer.owner_name}</dd>
          </>
        ) : null}
      </dl>
    </section>
  )
}

function Thing({ view }: { view: SheetView }) {
  const { t } = useTranslation()
  const { asset } = view
  if (!asset)
    return (
      <section className={sheet.section} aria-label={t('callsheet.asset.title')}>
        <span className="lk-muted lk-small">{t('callsheet.asset.none')}</span>
      </section>
    )
  const facts: [string, string][] = []
  if (typeof asset.mileage_km === 'number') facts.push([t('callsheet.asset.mileage'), `${count(asset.mileage_km)} km`])
  const next = [asset.next_due_on, typeof asset.next_due_km === 'number' ? `${count(asset.next_due_km)} km` : undefined]
  if (next.some(Boolean)) facts.push([t('callsheet.asset.next'), next.filter(Boolean).join(' / ')])
  if (asset.warranty_until) facts.push([t('callsheet.asset.warranty'), asset.warranty_until])
  return (
    <Section id="sheet-asset" title={asset.model}>
      <p className={styles.plate}>{asset.plate ?? asset.serial ?? asset.vin}</p>
      <dl className={styles.facts}>
        {facts.map(([name, value]) => (
          <div key={name} className={styles.fact}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </Section>
  )
}

function LastService({ view }: { view: SheetView }) {
  const { t } = useTranslation()
  const { service } = view
  const latest = latestService(view)
  if (!service && latest)
    return (
      <Section
        id="sheet-service"
        title={t('callsheet.service.latest')}
        extra={<span className={sheet.note}>{today(latest.at)}</span>}
      >
        <p className={styles.text}>{latest.title}</p>
      </Section>
    )
  if (!service)
    return (
      <section className={sheet.section} aria-label={t('callsheet.service.title')}>
        <span className="lk-muted lk-small">{t('callsheet.service.none')}</span>
      </section>
    )
  const parts = [
    ['work', service.work],
    ['parts', service.parts],
    ['advice', service.advice],
  ] as const
  return (
    <Section
      id="sheet-service"
      title={t('callsheet.service.title')}
      extra={<span className={sheet.note}>{day(dayOf(service))}</span>}
    >
      {latest ? (
        <p className={styles.warn}>▲ {t('callsheet.service.newer', { date: today(latest.at), title: latest.title })}</p>
      ) : null}
      {parts.map(([name, words]) =>
        words ? (
          <p key={name} className={`${styles.text} ${name === 'advice' ? styles.advice : ''}`}>
            <span className={styles.textName}>{t(`callsheet.service.${name}`)}</span> {words}
          </p>
        ) : null,
      )}
      <p className={styles.who}>
        {t('callsheet.service.who', {
          advisor: service.advisor_name ?? '—',
          technician: service.technician_name ?? '—',
        })}
      </p>
    </Section>
  )
}

function dayOf(service: NonNullable<SheetView['service']>): string {
  return today(service.closed_at ?? service.opened_at)
}
