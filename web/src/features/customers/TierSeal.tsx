import { Popover } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { api } from '~/api/client.ts'
import type { components } from '~/api/schema.gen.ts'
import { useCan } from '~/api/session.ts'
import { count, money } from '~/shared/lib/money.ts'
import { Loaded } from '~/shared/ui/Loaded.tsx'
import { type Tier, TierBadge } from '~/shared/ui/TierBadge.tsx'
import styles from './TierSeal.module.css'
import { cutsOf } from './tierCuts.ts'

type Explain = components['schemas']['TierExplain']

/** The tier as a seal; one click says why. */
export function TierSeal({ customerId, tier }: { customerId: string; tier: Tier | null | undefined }) {
  const { t } = useTranslation()
  const can = useCan()
  const [open, setOpen] = useState(false)
  if (!can('value.read')) return <TierBadge tier={tier} size="large" />
  return (
    <Popover
      trigger="click"
      placement="bottomLeft"
      open={open}
      onOpenChange={setOpen}
      getPopupContainer={(seal) => seal.closest('main') ?? document.body}
      title={t('customers.tier.title')}
      content={open ? <Why customerId={customerId} /> : null}
    >
      <button type="button" className={styles.seal} aria-expanded={open} title={t('customers.tier.why')}>
        <TierBadge tier={tier} size="large" />
        <span className="lk-sr">{t('customers.tier.why')}</span>
      </button>
    </Popover>
  )
}

function Why({ customerId }: { customerId: string }) {
  const query = api.useQuery('get', '/api/v1/customers/{id}/tier', { params: { path: { id: customerId } } })
  return (
    <div className={styles.why}>
      <Loaded query={query} skeleton={5}>
        {(explain) => <Explanation explain={explain} />}
      </Loaded>
    </div>
  )
}

function Explanation({ explain }: { explain: Explain }) {
  const { t } = useTranslation()
  const cuts = cutsOf(explain)
  return (
    <div className={styles.body}>
      {explain.rank && explain.amount_fen !== null && explain.amount_fen !== undefined ? (
        <>
          <p className={styles.rank}>
            {t('customers.tier.rank', { rank: count(explain.rank), total: count(explain.ranked) })}
          </p>
          <p className="lk-muted">
            {t(`customers.tier.amount.${explain.basis}`, {
              amount: money(explain.amount_fen),
              from: explain.from ?? '—',
              to: explain.to ?? '—',
            })}
          </p>
        </>
      ) : (
        <p>{t('customers.tier.unranked')}</p>
      )}
      {explain.ranked > 0 ? (
        <ul className={styles.cuts} aria-label={t('customers.tier.cuts')}>
          {cuts.map((cut) => (
            <li key={cut.tier} className={cut.tier === explain.tier ? styles.own : undefined}>
              <TierBadge tier={cut.tier} />
              {cut.from > cut.to
                ? t('customers.tier.nobody')
                : t('customers.tier.places', { from: count(cut.from), to: count(cut.to) })}
            </li>
          ))}
        </ul>
      ) : null}
      {explain.history.length > 0 ? (
        <table className={styles.history}>
          <caption>{t('customers.tier.history')}</caption>
          <thead>
            <tr>
              <th scope="col">{t('customers.tier.month')}</th>
              <th scope="col">{t('customers.field.tier')}</th>
              <th scope="col">{t('customers.tier.place')}</th>
              <th scope="col">{t('customers.tier.sum')}</th>
            </tr>
          </thead>
          <tbody>
            {explain.history.slice(0, 12).map((month) => (
              <tr key={month.month}>
                <td>{month.month}</td>
                <td>
                  <TierBadge tier={month.tier} />
                </td>
                <td>{count(month.rank)}</td>
                <td>{money(month.amount_fen)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      ) : null}
    </div>
  )
}
