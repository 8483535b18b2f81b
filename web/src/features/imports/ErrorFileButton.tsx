import { DownloadOutlined } from '@ant-design/icons'
import { Button } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { download } from '~/shared/lib/download.ts'
import { usePrefs } from '~/shared/lib/prefs.ts'
import { useRefused } from '~/shared/lib/useFeedback.ts'
import type { ImportView } from './mapping.ts'

/** The refused lines as they came, with the reason of each, to be mended and imported again. */
export function ErrorFileButton({ view }: { view: ImportView }) {
  const { t } = useTranslation()
  const { language } = usePrefs()
  const refused = useRefused()
  const [busy, setBusy] = useState(false)

  async function save() {
    setBusy(true)
    try {
      const path = `/api/v1/imports/${encodeURIComponent(view.id)}/errors.csv`
      await download(path, { lang: language }, `${view.number}-errors.csv`)
    } catch (error) {
      refused(error)
    } finally {
      setBusy(false)
    }
  }

  return (
    <Button icon={<DownloadOutlined />} loading={busy} onClick={() => void save()}>
      {t('imports.errorFile')}
    </Button>
  )
}
