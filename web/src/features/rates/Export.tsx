import { DownloadOutlined } from '@ant-design/icons'
import { useMutation } from '@tanstack/react-query'
import { Button } from 'antd'
import { useTranslation } from 'react-i18next'
import { download } from '~/shared/lib/download.ts'
import { usePrefs } from '~/shared/lib/prefs.ts'
import { useDone, useRefused } from '~/shared/lib/useFeedback.ts'
import type { Days } from './period.ts'
import type { By } from './search.ts'

export interface ExportProps {
  days: Days
  by: By
  branch_id?: string
  staff_id?: string
}

/** The same figures as a workbook; taking them out of the house is recorded. */
export function Export({ days, by, branch_id, staff_id }: ExportProps) {
  const { t } = useTranslation()
  const { language } = usePrefs()
  const refused = useRefused()
  const done = useDone()
  const fetching = useMutation({
    mutationFn: () =>
      download(
        '/api/v1/rates/export',
        { ...days, by, branch_id, staff_id, lang: language },
        t('rates.file', { ...days }),
      ),
    onSuccess: () => done(t('rates.exported')),
    onError: (error) => refused(error),
  })
  return (
    <Button
      className="lk-no-print"
      type="primary"
      icon={<DownloadOutlined />}
      loading={fetching.isPending}
      onClick={() => fetching.mutate()}
    >
      {t('rates.exportHint')}
    </Button>
  )
}
