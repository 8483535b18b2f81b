import { Link } from '@tanstack/react-router'
import { Result } from 'antd'
import { useTranslation } from 'react-i18next'

export function NotFoundPage() {
  const { t } = useTranslation()
  return (
    <Result
      status="warning"
      title={t('shell.notFound.title')}
      subTitle={t('shell.notFound.body')}
      extra={<Link to="/">{t('shell.notFound.home')}</Link>}
    />
  )
}
