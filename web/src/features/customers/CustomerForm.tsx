import { useQueryClient } from '@tanstack/react-query'
import { Button, Form } from 'antd'
import { useTranslation } from 'react-i18next'
import { api, client } from '~/api/client.ts'
import { asProblem } from '~/api/problem.ts'
import { useShortcuts } from '~/shared/lib/shortcuts.ts'
import { useDone, useRefused } from '~/shared/lib/useFeedback.ts'
import { useUnsaved } from '~/shared/lib/useUnsaved.ts'
import { Card } from '~/shared/ui/Card.tsx'
import { AboutFields, BasicFields, CareFields, ContactFields } from './CustomerFields.tsx'
import styles from './CustomerForm.module.css'
import { type CustomerValues, type CustomerView, filledRows, inputOf, typedPhones, valuesOf } from './customerForm.ts'
import { Duplicates } from './Duplicates.tsx'
import { JoinedAlert } from './JoinedAlert.tsx'
import { useEdited } from './useEdited.ts'

export interface CustomerFormProps {
  /** The stored customer; without it a new one is entered. */
  view?: CustomerView
  start: CustomerValues
  saved: (view: CustomerView) => void
  cancel: () => void
}

/** The record of a customer, to be entered or changed. */
export function CustomerForm({ view, start, saved, cancel }: CustomerFormProps) {
  const { t } = useTranslation()
  const [form] = Form.useForm<CustomerValues>()
  const queries = useQueryClient()
  const unsaved = useUnsaved()
  const refused = useRefused()
  const done = useDone()
  const id = view?.row.id
  const create = api.useMutation('post', '/api/v1/customers')
  const update = api.useMutation('put', '/api/v1/customers/{id}')
  const edited = useEdited(
    form,
    { values: start, version: view?.row.version },
    id
      ? async () => {
          const { data } = await client.GET('/api/v1/customers/{id}', { params: { path: { id } } })
          if (!data) throw new Error('no customer')
          return { values: valuesOf(data), version: data.row.version }
        }
      : undefined,
  )
  const phones = Form.useWatch('phones', form)
  const pending = create.isPending || update.isPending

  async function submit() {
    // Everything, also what no input shows: identifiers of rows, hidden values.
    const values = form.getFieldsValue(true) as CustomerValues
    form.setFieldsValue(filledRows(values))
    const body = inputOf(values, view, edited.version)
    try {
      const stored = id
        ? await update.mutateAsync({ params: { path: { id } }, body })
        : await create.mutateAsync({ body })
      unsaved.clear()
      queries.setQueryData(['get', '/api/v1/customers/{id}', { params: { path: { id: stored.row.id } } }], stored)
      void queries.invalidateQueries({ queryKey: ['get', '/api/v1/customers'] })
      done(t(id ? 'common.saved' : 'customers.created', { name: stored.row.name }))
      saved(stored)
    } catch (error) {
      if (asProblem(error).code === 'edited_elsewhere' && (await joinedNow(error))) return
      refused(error, form)
    }
  }

  async function joinedNow(error: unknown): Promise<boolean> {
    try {
      const joined = await edited.join(error)
      if (joined) scrollTo({ top: 0, behavior: 'smooth' })
      return joined
    } catch {
      return false
    }
  }

  useShortcuts({ 'mod+s': () => form.submit() })

  return (
    <Form<CustomerValues>
      form={form}
      layout="vertical"
      initialValues={start}
      onValuesChange={unsaved.touch}
      onFinish={() => void submit()}
      scrollToFirstError={{ block: 'center' }}
      className={styles.form}
    >
      <JoinedAlert joined={edited.joined} label={(field) => t(`customers.field.${field as keyof CustomerValues}`)} />
      <Card title={t('customers.form.basic')}>
        <BasicFields fresh={id === undefined} />
      </Card>
      <Card title={t('customers.form.contact')}>
        <ContactFields touch={unsaved.touch} duplicates={<Duplicates phones={typedPhones(phones)} except={id} />} />
      </Card>
      <Card title={t('customers.form.care')}>
        <CareFields />
      </Card>
      <Card title={t('customers.form.about')}>
        <AboutFields view={view} />
      </Card>
      <div className={styles.foot}>
        <Button onClick={cancel}>{t('common.cancel')}</Button>
        <Button type="primary" htmlType="submit" loading={pending} title={t('customers.form.saveHint')}>
          {t('common.save')}
        </Button>
      </div>
    </Form>
  )
}
