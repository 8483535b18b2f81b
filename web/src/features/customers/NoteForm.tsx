import { useQueryClient } from '@tanstack/react-query'
import { Button, Form, Input } from 'antd'
import { useTranslation } from 'react-i18next'
import { api } from '~/api/client.ts'
import { useDone, useRefused } from '~/shared/lib/useFeedback.ts'
import { useUnsaved } from '~/shared/lib/useUnsaved.ts'
import styles from './NoteForm.module.css'

const NOTE_MAX = 4000

/** Writes down what one colleague has learnt, so that the next need not ask again. */
export function NoteForm({ customerId }: { customerId: string }) {
  const { t } = useTranslation()
  const [form] = Form.useForm<{ text?: string }>()
  const text = Form.useWatch('text', form)
  const queries = useQueryClient()
  const unsaved = useUnsaved()
  const refused = useRefused()
  const done = useDone()
  const add = api.useMutation('post', '/api/v1/customers/{id}/notes')
  const written = (text ?? '').trim() !== ''

  async function submit(values: { text?: string }) {
    try {
      await add.mutateAsync({ params: { path: { id: customerId } }, body: { text: values.text?.trim() ?? '' } })
      unsaved.clear()
      form.resetFields()
      void queries.invalidateQueries({ queryKey: ['get', '/api/v1/customers/{id}/timeline'] })
      done()
    } catch (error) {
      refused(error, form)
    }
  }

  return (
    <Form
      form={form}
      className={styles.form}
      onValuesChange={(_, values: { text?: string }) => {
        if (values.text?.trim()) unsaved.touch()
        else unsaved.clear()
      }}
      onFinish={(values) => void submit(values)}
    >
      <Form.Item name="text" className={styles.item}>
        <Input.TextArea
          maxLength={NOTE_MAX}
          autoSize={{ minRows: written ? 3 : 1, maxRows: 10 }}
          placeholder={t('customers.note.placeholder')}
          aria-label={t('customers.note.placeholder')}
          onKeyDown={(event) => {
            if (event.key === 'Enter' && (event.ctrlKey || event.metaKey) && written) form.submit()
          }}
        />
      </Form.Item>
      {written ? (
        <div className={styles.foot}>
          <Button type="primary" htmlType="submit" loading={add.isPending}>
            {t('customers.note.save')}
          </Button>
        </div>
      ) : null}
    </Form>
  )
}
