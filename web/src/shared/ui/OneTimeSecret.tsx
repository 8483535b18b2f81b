import { Alert, Button, Modal, Typography } from 'antd'
import { useTranslation } from 'react-i18next'

export interface OneTimeSecretProps {
  title: string
  /** Why it must be copied now, and what to do with it. */
  words: string
  /** Nothing when undefined. */
  secret: string | undefined
  close: () => void
}

/** Something shown once and never again: a link of invitation, an API token. */
export function OneTimeSecret({ title, words, secret, close }: OneTimeSecretProps) {
  const { t } = useTranslation()
  return (
    <Modal
      open={secret !== undefined}
      title={title}
      onCancel={close}
      footer={
        <Button type="primary" onClick={close}>
          {t('common.close')}
        </Button>
      }
      mask={{ closable: false }}
      destroyOnHidden
    >
      <div className="lk-stack">
        <Alert type="warning" title={words} showIcon />
        <Typography.Paragraph code copyable={{ tooltips: [t('common.copy'), t('common.copied')] }}>
          {secret ?? ''}
        </Typography.Paragraph>
      </div>
    </Modal>
  )
}
