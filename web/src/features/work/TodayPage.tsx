import { useTranslation } from 'react-i18next'
import { PageHeader } from '~/shared/ui/PageHeader.tsx'

export function TodayPage() {
  const { t } = useTranslation()
  return <PageHeader title={t('work.title')} />
}
