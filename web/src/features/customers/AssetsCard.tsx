import {
  CarOutlined,
  EditOutlined,
  HistoryOutlined,
  PlusOutlined,
  ToolOutlined,
  WarningOutlined,
} from '@ant-design/icons'
import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { count } from '~/shared/lib/money.ts'
import { Card } from '~/shared/ui/Card.tsx'
import own from './AssetsCard.module.css'
import styles from './Cards.module.css'
import type { CustomerView } from './customerForm.ts'
import type { AssetView } from './recordForms.ts'
import { customerSearch } from './search.ts'

/** Vehicles and equipment (车辆/设备) that we service. */
export function AssetsCard({ view, writes }: { view: CustomerView; writes: boolean }) {
  const { t } = useTranslation()
  return (
    <Card
      title={t('records.asset.title')}
      extra={
        writes ? (
          <Link
            to="/customers/$customerId"
            params={{ customerId: view.row.id }}
            search={(old) => ({ ...customerSearch(old), open: 'asset' as const, id: undefined })}
            className={own.act}
            aria-label={t('customers.add.asset')}
            title={t('customers.add.asset')}
          >
            <PlusOutlined aria-hidden="true" />
          </Link>
        ) : null
      }
    >
      <ul className={styles.list}>
        {view.assets.map((asset) => (
          <Asset key={asset.id} asset={asset} writes={writes} />
        ))}
        {view.assets.length === 0 ? <li className={styles.none}>{t('records.asset.none')}</li> : null}
      </ul>
    </Card>
  )
}

function Asset({ asset, writes }: { asset: AssetView; writes: boolean }) {
  const { t } = useTranslation()
  const name = asset.plate ?? asset.serial ?? asset.vin ?? ''
  const facts = [
    typeof asset.mileage_km === 'number' ? t('records.asset.km', { km: count(asset.mileage_km) }) : undefined,
    asset.next_due_on ? t('records.asset.dueOn', { day: asset.next_due_on }) : undefined,
    typeof asset.next_due_km === 'number' ? t('records.asset.dueKm', { km: count(asset.next_due_km) }) : undefined,
    asset.warranty_until ? t('records.asset.warranty', { day: asset.warranty_until }) : undefined,
    asset.site ?? undefined,
  ].filter(Boolean)
  return (
    <li className={styles.entry}>
      <div className={styles.row}>
        <span className={styles.strong}>
          {asset.kind === 'vehicle' ? <CarOutlined aria-hidden="true" /> : <ToolOutlined aria-hidden="true" />}{' '}
          {asset.model || t(`records.asset.kind.${asset.kind}`)} <span className={own.plate}>{name}</span>
        </span>
        <span className={own.acts}>
          {name ? (
            <Link
              to="/customers/services"
              search={{ q: name }}
              className={own.act}
              aria-label={t('records.asset.history', { name })}
              title={t('records.asset.history', { name })}
            >
              <HistoryOutlined aria-hidden="true" />
            </Link>
          ) : null}
          {writes ? (
            <Link
              to="/customers/$customerId"
              params={{ customerId: asset.customer_id }}
              search={(old) => ({ ...customerSearch(old), open: 'asset' as const, id: asset.id })}
              className={own.act}
              aria-label={t('records.asset.edit', { name: name || asset.model })}
              title={t('records.asset.edit', { name: name || asset.model })}
            >
              <EditOutlined aria-hidden="true" />
            </Link>
          ) : null}
        </span>
      </div>
      {facts.length > 0 ? <div className={styles.sub}>{facts.join(' · ')}</div> : null}
      {asset.vin && asset.plate ? (
        <div className={styles.sub}>{t('records.asset.vinIs', { vin: asset.vin })}</div>
      ) : null}
      {asset.plate_ok ? null : <Doubt words={t('records.asset.plateDoubt')} />}
      {asset.vin_ok ? null : <Doubt words={t('records.asset.vinDoubt')} />}
    </li>
  )
}

function Doubt({ words }: { words: string }) {
  return (
    <div className={`${styles.sub} ${styles.warn}`}>
      <span>
        <WarningOutlined aria-hidden="true" /> {words}
      </span>
    </div>
  )
}
