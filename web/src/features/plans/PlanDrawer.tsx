import { useQueryClient } from '@tanstack/react-query'
import { Form } from 'antd'
import { useTranslation } from 'react-i18next'
import { api } from '~/api/client.ts'
import { useDone, useRefused } from '~/shared/lib/useFeedback.ts'
import { useUnsaved } from '~/shared/lib/useUnsaved.ts'
import { FormDrawer, FormFoot } from '~/shared/ui/FormDrawer.tsx'
import { complete, inputOf, NEW_PLAN, type PlanInput } from './form.ts'
import styles from './PlanDrawer.module.css'
import { PlanFields } from './PlanFields.tsx'
import { PlanPreview } from './PlanPreview.tsx'
import type { PlanView } from './PlansPage.tsx'

/** A plan's form with a live preview of who is due and who is left out. */
export function PlanDrawer({ plan, close }: { plan?: PlanView; close: () => void }) {
  const { t } = useTranslation()
  const [form] = Form.useForm<PlanInput>()
  const values = Form.useWatch([], form) as Partial<PlanInput> | undefined
  const queries = useQueryClient()
  const create = api.useMutation('post', '/api/v1/plans')
  const update = api.useMutation('put', '/api/v1/plans/{id}')
  const unsaved = useUnsaved()
  const done = useDone()
  const refused = useRefused()

  async function submit(filled: PlanInput) {
    const body = complete({ ...filled, active: filled.active ?? plan?.active }, plan?.version)
    if (!body) return
    try {
      const saved = plan
        ? await update.mutateAsync({ params: { path: { id: plan.id } }, body })
        : await create.mutateAsync({ body })
      unsaved.clear()
      done(t('plans.form.done', { name: saved.name }))
      close()
    } catch (error) {
      refused(error, form)
    } finally {
      void queries.invalidateQueries({ queryKey: ['get', '/api/v1/plans'] })
    }
  }

  return (
    <FormDrawer
      open
      width={960}
      title={plan ? t('plans.form.edit', { name: plan.name }) : t('plans.form.create')}
      close={close}
    >
      <Form
        form={form}
        layout="vertical"
        initialValues={plan ? inputOf(plan) : NEW_PLAN}
        onValuesChange={unsaved.touch}
        onFinish={(filled) => void submit(filled)}
      >
        <div className={styles.columns}>
          <div>
            <PlanFields trigger={values?.trigger ?? plan?.trigger} />
          </div>
          <PlanPreview values={values ?? {}} />
        </div>
        <FormFoot close={close} pending={create.isPending || update.isPending} />
      </Form>
    </FormDrawer>
  )
}
