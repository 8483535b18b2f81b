import { Alert, Button } from 'antd'
import { useTranslation } from 'react-i18next'
import { api } from '~/api/client.ts'
import { Card } from '~/shared/ui/Card.tsx'
import { Loaded } from '~/shared/ui/Loaded.tsx'
import { ColumnsTable } from './ColumnsTable.tsx'
import { FileSettings } from './FileSettings.tsx'
import { type ImportView, lacking } from './mapping.ts'
import { OptionsCard } from './OptionsCard.tsx'
import { StepFoot } from './StepFoot.tsx'
import { useImportActs } from './useImportActs.ts'
import { useMapping } from './useMapping.ts'
import { fieldWords } from './words.ts'

/** The second step: how the file is read, what its columns are, how lines meet what is stored. */
export function ColumnsStep({ view, checked }: { view: ImportView; checked: () => void }) {
  const { t } = useTranslation()
  const mapping = useMapping(view.id)
  const acts = useImportActs(view)
  const fields = api.useQuery(
    'get',
    '/api/v1/import-fields',
    { params: { query: { kind: view.kind } } },
    { staleTime: Number.POSITIVE_INFINITY },
  )
  const lacks = lacking(view.kind, view.columns)

  async function check() {
    if (await acts.check()) checked()
  }

  return (
    <div className="lk-stack">
      <Card title={t('imports.reading.title')}>
        <FileSettings view={view} change={mapping.change} />
      </Card>
      <Card flush title={t('imports.columns.title')}>
        <Loaded query={fields} skeleton={6}>
          {(known) => <ColumnsTable view={view} fields={known} change={mapping.change} />}
        </Loaded>
      </Card>
      <OptionsCard view={view} change={mapping.change} />
      {lacks.length > 0 ? (
        <Alert
          type="warning"
          showIcon
          role="status"
          title={t('imports.columns.lacking')}
          description={
            <ul>
              {lacks.map((group) => (
                <li key={group.join()}>{group.map(fieldWords).join(t('imports.columns.or'))}</li>
              ))}
            </ul>
          }
        />
      ) : null}
      <StepFoot note={t(mapping.saving ? 'imports.saving' : 'imports.savedHint')}>
        <Button
          type="primary"
          disabled={lacks.length > 0 || mapping.saving}
          loading={acts.pending}
          onClick={() => void check()}
        >
          {t('imports.check.start')}
        </Button>
      </StepFoot>
    </div>
  )
}
