import { DownloadOutlined } from '@ant-design/icons'
import { Button, Dropdown } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { download } from '~/shared/lib/download.ts'
import { useRefused } from '~/shared/lib/useFeedback.ts'
import { type CustomersSearch, customersQuery } from './search.ts'

const FORMATS = ['xlsx', 'csv'] as const

/** Takes the customers shown out as a file; telephones stay hidden in it. */
export function ExportButton({ search }: { search: CustomersSearch }) {
  const { t } = useTranslation()
  const refused = useRefused()
  const [busy, setBusy] = useState(false)

  async function save(format: string) {
    setBusy(true)
    try {
      const query = { format, ...customersQuery(search), sort: search.sort }
      await download('/api/v1/customers/export', query, `${t('customers.title')}.${format}`)
    } catch (error) {
      refused(error)
    } finally {
      setBusy(false)
    }
  }

  return (
    <Dropdown
      trigger={['click']}
      menu={{
        items: FORMATS.map((format) => ({ key: format, label: t(`customers.export.${format}`) })),
        onClick: ({ key }) => void save(key),
      }}
    >
      <Button icon={<DownloadOutlined />} loading={busy}>
        {t('common.export')}
      </Button>
    </Dropdown>
  )
}
