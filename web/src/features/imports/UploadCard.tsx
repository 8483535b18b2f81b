import { DownloadOutlined, InboxOutlined } from '@ant-design/icons'
import { useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { Button, Progress, Radio, Upload } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { download } from '~/shared/lib/download.ts'
import { usePrefs } from '~/shared/lib/prefs.ts'
import { useRefused } from '~/shared/lib/useFeedback.ts'
import { Card } from '~/shared/ui/Card.tsx'
import { KINDS, type Kind } from './codes.ts'
import styles from './UploadCard.module.css'
import { upload } from './upload.ts'
import { importKey } from './useMapping.ts'

export interface UploadCardProps {
  kind: Kind
  choose: (kind: Kind) => void
}

const ACCEPT = '.csv,.txt,.tsv,.xlsx,.gz'

/** The first step: what the file holds, and the file. */
export function UploadCard({ kind, choose }: UploadCardProps) {
  const { t } = useTranslation()
  const navigate = useNavigate()
  const queries = useQueryClient()
  const refused = useRefused()
  const { language } = usePrefs()
  const [percent, setPercent] = useState<number>()

  async function send(file: File) {
    setPercent(0)
    try {
      const view = await upload(kind, file, setPercent)
      queries.setQueryData(importKey(view.id), view)
      void queries.invalidateQueries({ queryKey: ['get', '/api/v1/imports'] })
      await navigate({ to: '/imports/$importId', params: { importId: view.id } })
    } catch (error) {
      refused(error)
    } finally {
      setPercent(undefined)
    }
  }

  async function template() {
    try {
      await download('/api/v1/import-template', { kind, lang: language }, `liuke-${kind}.csv`)
    } catch (error) {
      refused(error)
    }
  }

  return (
    <Card
      title={t('imports.upload.title')}
      extra={
        <Button icon={<DownloadOutlined />} onClick={() => void template()}>
          {t('imports.upload.template')}
        </Button>
      }
    >
      <Radio.Group
        className={styles.kinds}
        aria-label={t('imports.upload.what')}
        value={kind}
        onChange={(event) => choose(event.target.value)}
      >
        {KINDS.map((each) => (
          <Radio key={each} value={each} className={styles.kind}>
            <span className={styles.name}>{t(`imports.kind.${each}`)}</span>
            <span className={styles.hint}>{t(`imports.kindHint.${each}`)}</span>
          </Radio>
        ))}
      </Radio.Group>
      <Upload.Dragger
        accept={ACCEPT}
        multiple={false}
        showUploadList={false}
        disabled={percent !== undefined}
        beforeUpload={(file) => {
          void send(file)
          return false
        }}
      >
        <div className={styles.drop}>
          <InboxOutlined className={styles.icon} aria-hidden="true" />
          <div className={styles.name}>{t('imports.upload.drop', { kind: t(`imports.kind.${kind}`) })}</div>
          <div className={styles.hint}>{t('imports.upload.formats')}</div>
        </div>
      </Upload.Dragger>
      <div role="status">
        {percent === undefined ? null : (
          <Progress
            percent={percent}
            format={() => t(percent < 100 ? 'imports.upload.sending' : 'imports.upload.reading')}
          />
        )}
      </div>
    </Card>
  )
}
