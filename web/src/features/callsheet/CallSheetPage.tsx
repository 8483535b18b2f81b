import { useTranslation } from 'react-i18next'
import { PageHeader } from '~/shared/ui/PageHeader.tsx'

export function CallSheetPage() {
  const { t } = useTranslation()
  return <PageHeader title={t('callsheet.title')} />
}
