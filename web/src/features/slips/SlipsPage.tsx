import { useTranslation } from 'react-i18next'
import { PageHeader } from '~/shared/ui/PageHeader.tsx'

export function SlipsPage() {
  const { t } = useTranslation()
  return <PageHeader title={t('slips.title')} />
}
