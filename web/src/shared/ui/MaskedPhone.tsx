import { EyeInvisibleOutlined, EyeOutlined } from '@ant-design/icons'
import { Button } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'

export interface MaskedPhoneProps {
  masked: string | null | undefined
  /** Fetches the full number (the server records it). Without it there is no button. */
  reveal?: () => Promise<string>
  /** Shows why it was refused. */
  onRefused?: (error: unknown) => void
}

/** A telephone number (or any hidden value) with hidden digits; showing it is a recorded act and lasts a minute. */
export function MaskedPhone({ masked, reveal, onRefused }: MaskedPhoneProps) {
  const { t } = useTranslation()
  const [full, setFull] = useState<string>()
  const [busy, setBusy] = useState(false)
  if (!masked) return <span>{t('common.phone.none')}</span>

  async function show() {
    if (!reveal) return
    setBusy(true)
    try {
      setFull(await reveal())
      setTimeout(() => setFull(undefined), 60_000)
    } catch (error) {
      onRefused?.(error)
    } finally {
      setBusy(false)
    }
  }

  return (
    <span className="lk-num">
      {full ?? masked}
      {reveal ? (
        <Button
          type="text"
          size="small"
          loading={busy}
          icon={full ? <EyeInvisibleOutlined /> : <EyeOutlined />}
          aria-label={full ? t('common.phone.hide') : t('common.phone.reveal')}
          onClick={() => (full ? setFull(undefined) : void show())}
        />
      ) : null}
      <span className="lk-sr" role="status">
        {full ? t('common.phone.revealed') : ''}
      </span>
    </span>
  )
}
