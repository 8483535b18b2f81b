import { EyeInvisibleOutlined, EyeOutlined, PhoneOutlined } from '@ant-design/icons'
import { Button, Typography } from 'antd'
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { api } from '~/api/client.ts'
import type { components } from '~/api/schema.gen.ts'
import { useRefused } from '~/shared/lib/useFeedback.ts'
import styles from './RevealField.module.css'

type Revealed = components['schemas']['RevealView']

export interface RevealFieldProps {
  customerId: string
  field: 'phone' | 'email' | 'address' | 'birthday'
  /** Which telephone or e-mail address. */
  itemId?: string
  masked: string
  /** Whether this person may see it in full. */
  allowed: boolean
  /** What it is, for the names of the buttons: 手机 138****6217. */
  label: string
  /** No link to dial: the number is not to be used. */
  noCall?: boolean
}

/** How long a value in full stays on the screen. */
const SHOWN_MS = 60_000

/** `tel:` takes digits and the plus; an extension follows after a pause. */
function telephone(value: string): string {
  return `tel:${value.replace(/[^\d+,]/g, '')}`
}

/** A hidden value; showing it is recorded, counted against the day's limit and lasts a minute. */
export function RevealField(props: RevealFieldProps) {
  const { customerId, field, itemId, masked, allowed, label, noCall } = props
  const { t } = useTranslation()
  const refused = useRefused()
  const reveal = api.useMutation('post', '/api/v1/customers/{id}/reveal')
  const [shown, setShown] = useState<Revealed>()

  useEffect(() => {
    if (!shown) return
    const timer = setTimeout(() => setShown(undefined), SHOWN_MS)
    return () => clearTimeout(timer)
  }, [shown])

  async function show() {
    try {
      setShown(
        await reveal.mutateAsync({ params: { path: { id: customerId } }, body: { field, item_id: itemId ?? null } }),
      )
    } catch (error) {
      refused(error)
    }
  }

  return (
    <span className={styles.field}>
      <span className={`lk-num ${styles.value}`}>{shown?.value ?? masked}</span>
      {shown ? (
        <>
          {field === 'phone' && !noCall ? (
            <a href={telephone(shown.value)} className={styles.call} aria-label={t('customers.reveal.call', { label })}>
              <PhoneOutlined aria-hidden="true" />
            </a>
          ) : null}
          <Typography.Text
            className={styles.copy}
            copyable={{ text: shown.value, tooltips: [t('common.copy'), t('common.copied')] }}
          />
          <Button
            type="text"
            size="small"
            icon={<EyeInvisibleOutlined />}
            aria-label={t('customers.reveal.hide', { label })}
            onClick={() => setShown(undefined)}
          />
        </>
      ) : allowed ? (
        <Button
          type="text"
          size="small"
          loading={reveal.isPending}
          icon={<EyeOutlined />}
          aria-label={t('customers.reveal.show', { label })}
          title={t('customers.reveal.recorded')}
          onClick={() => void show()}
        />
      ) : null}
      <span role="status" className={styles.left}>
        {shown ? t('customers.reveal.left', { count: shown.left_today }) : ''}
      </span>
    </span>
  )
}
