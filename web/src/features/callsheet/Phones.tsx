import { CopyOutlined, EyeOutlined, PhoneOutlined } from '@ant-design/icons'
import { Button } from 'antd'
import { useTranslation } from 'react-i18next'
import { useIsMobile } from '~/shared/lib/useMedia.ts'
import { Kbd } from '~/shared/ui/Kbd.tsx'
import styles from './Phones.module.css'
import { firstPhone } from './phones.ts'
import type { Calls } from './useCalls.ts'
import type { SheetView } from './useSheet.ts'

/** The customer's numbers: hidden until shown, then to be dialled or copied. */
export function Phones({ view, calls }: { view: SheetView; calls: Calls }) {
  const { t } = useTranslation()
  const { phones, can_reveal } = view.customer
  const firstId = firstPhone(phones)?.id
  if (phones.length === 0) return <p className={styles.none}>{t('callsheet.customer.noPhone')}</p>
  return (
    <>
      <ul className={styles.list}>
        {phones.map((phone) => (
          <li key={phone.id} className={styles.phone}>
            <PhoneLine phone={phone} calls={calls} first={phone.id === firstId} />
          </li>
        ))}
      </ul>
      {can_reveal ? null : <p className={styles.none}>{t('callsheet.customer.masked')}</p>}
      {calls.left === undefined ? null : (
        <p className={styles.none}>{t('callsheet.customer.left', { count: calls.left })}</p>
      )}
    </>
  )
}

type Phone = SheetView['customer']['phones'][number]

function PhoneLine({ phone, calls, first }: { phone: Phone; calls: Calls; first: boolean }) {
  const { t } = useTranslation()
  const mobile = useIsMobile()
  const full = calls.shown[phone.id]
  const busy = calls.busyId === phone.id
  const label = phone.do_not_use ? t('callsheet.customer.doNotUse') : phone.label

  async function dial() {
    const number = await calls.reveal(phone.id)
    if (number) location.href = `tel:${number}`
  }

  return (
    <>
      <span className={styles.words}>
        <span className={`${styles.number} ${phone.do_not_use ? styles.off : ''}`} aria-live="polite">
          {full ? (
            <a href={`tel:${full}`} onClick={() => calls.tried(phone.id)}>
              {full}
            </a>
          ) : (
            phone.masked
          )}
        </span>
        {label ? <span className={styles.label}>{label}</span> : null}
      </span>
      {full ? (
        <Button
          type="text"
          size={mobile ? 'middle' : 'small'}
          icon={<CopyOutlined />}
          aria-label={t('callsheet.customer.copy')}
          title={t('callsheet.customer.copy')}
          onClick={() => void calls.copy(phone.id, full)}
        />
      ) : null}
      {mobile && calls.may && !phone.do_not_use ? (
        <Button
          type={first ? 'primary' : 'default'}
          icon={<PhoneOutlined />}
          loading={busy}
          onClick={() => void dial()}
          aria-label={t('callsheet.customer.dial', { number: full ?? phone.masked })}
        >
          {t('work.call')}
        </Button>
      ) : null}
      {!mobile && calls.may && !full && !phone.do_not_use ? (
        <Button
          type={first ? 'primary' : 'text'}
          size="small"
          icon={first ? undefined : <EyeOutlined />}
          loading={busy}
          aria-label={`${t('callsheet.customer.reveal')} ${phone.masked}`}
          onClick={() => void calls.reveal(phone.id)}
        >
          {first ? (
            <>
              {t('callsheet.customer.show')}
              <Kbd keys="Alt P" />
            </>
          ) : null}
        </Button>
      ) : null}
    </>
  )
}
