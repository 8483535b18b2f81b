import { useTranslation } from 'react-i18next'
import { api } from '~/api/client.ts'
import { Card } from '~/shared/ui/Card.tsx'
import { Loaded } from '~/shared/ui/Loaded.tsx'
import { PageHeader } from '~/shared/ui/PageHeader.tsx'
import { DeadJobs } from './DeadJobs.tsx'
import { GeneralForm } from './GeneralForm.tsx'

/** What holds for the whole firm. */
export function GeneralPage() {
  const { t } = useTranslation()
  const settings = api.useQuery('get', '/api/v1/settings')
  return (
    <>
      <PageHeader title={t('settings.section.general')} sub={t('settings.general.sub')} />
      <div className="lk-stack">
        <Card>
          <Loaded query={settings} skeleton={10}>
            {(data) => <GeneralForm key={data.version} settings={data} />}
          </Loaded>
        </Card>
        <DeadJobs />
      </div>
    </>
  )
}
