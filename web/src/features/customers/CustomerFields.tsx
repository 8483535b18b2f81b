import { DatePicker, Form, Input, Radio, Select, Switch } from 'antd'
import type { Dayjs } from 'dayjs'
import dayjs from 'dayjs'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { api } from '~/api/client.ts'
import { BranchSelect } from '~/shared/ui/BranchSelect.tsx'
import { StaffSelect } from '~/shared/ui/StaffSelect.tsx'
import { ConsentGrid } from './ConsentGrid.tsx'
import { ContactRows } from './ContactRows.tsx'
import styles from './CustomerForm.module.css'
import { KINDS, PERIODS, SOURCES } from './codes.ts'
import type { CustomerView } from './customerForm.ts'
import { KeptField } from './KeptField.tsx'
import { PersonalityPick } from './PersonalityPick.tsx'
import { WindowFields } from './WindowFields.tsx'
import { sourceWords } from './words.ts'

/** Longest texts the server takes. */
const NAME_MAX = 100
const ADDRESS_MAX = 300
const NOTES_MAX = 4000

function useRequired() {
  const { t } = useTranslation()
  return { required: true, whitespace: true, message: t('common.required') }
}

/** Who it is. Somebody new is named at once; on a telephone the keyboard would hide what is stored. */
export function BasicFields({ fresh }: { fresh: boolean }) {
  const { t } = useTranslation()
  const required = useRequired()
  const kind = Form.useWatch('kind')
  return (
    <div className={styles.grid}>
      <Form.Item name="kind" label={t('customers.field.kind')} className={styles.wide}>
        <Radio.Group options={KINDS.map((value) => ({ value, label: t(`customers.kind.${value}`) }))} />
      </Form.Item>
      <Form.Item
        name="name"
        label={t(kind === 'organisation' ? 'customers.field.nameOfFirm' : 'customers.field.name')}
        rules={[required, { max: NAME_MAX, message: t('common.tooLong', { max: NAME_MAX }) }]}
      >
        <Input maxLength={NAME_MAX} autoComplete="off" autoFocus={fresh} />
      </Form.Item>
      <Form.Item name="branch_id" label={t('customers.field.branch')} rules={[required]}>
        <BranchSelect allowClear={false} />
      </Form.Item>
      <Form.Item name="external_id" label={t('customers.field.external_id')} extra={t('customers.form.externalHint')}>
        <Input maxLength={NAME_MAX} autoComplete="off" spellCheck={false} />
      </Form.Item>
      {kind === 'organisation' ? null : (
        <Form.Item name="gender" label={t('customers.field.gender')}>
          <Select
            allowClear
            placeholder={t('customers.gender.unknown')}
            options={(['male', 'female'] as const).map((value) => ({ value, label: t(`customers.gender.${value}`) }))}
          />
        </Form.Item>
      )}
      {kind === 'organisation' ? null : (
        <Form.Item name="birthday" label={t('customers.field.birthday')}>
          <KeptField<Dayjs> name={t('customers.field.birthday')}>
            {(field) => (
              <DatePicker
                id={field.id}
                className={styles.full}
                value={field.value ?? null}
                onChange={(value) => field.onChange(value ?? undefined)}
                maxDate={dayjs()}
              />
            )}
          </KeptField>
        </Form.Item>
      )}
    </div>
  )
}

export function ContactFields({ touch, duplicates }: { touch: () => void; duplicates: ReactNode }) {
  const { t } = useTranslation()
  return (
    <>
      <Form.Item label={t('customers.field.phones')}>
        <ContactRows list="phones" touch={touch} />
      </Form.Item>
      <div className={styles.duplicates}>{duplicates}</div>
      <WindowFields />
      <Form.Item label={t('customers.field.emails')}>
        <ContactRows list="emails" touch={touch} />
      </Form.Item>
      <Form.Item name="address" label={t('customers.field.address')}>
        <KeptField<string> name={t('customers.field.address')}>
          {(field) => (
            <Input
              id={field.id}
              maxLength={ADDRESS_MAX}
              autoComplete="off"
              value={field.value ?? ''}
              onChange={(event) => field.onChange(event.target.value)}
            />
          )}
        </KeptField>
      </Form.Item>
    </>
  )
}

/** How this customer wants to be treated: type, consent, "do not call". */
export function CareFields() {
  const { t } = useTranslation()
  return (
    <>
      <Form.Item name="personality" label={t('customers.field.personality')}>
        <PersonalityPick />
      </Form.Item>
      <div className={styles.scroll}>
        <Form.Item name="consents" label={t('customers.field.consents')} extra={t('customers.form.consentHint')}>
          <ConsentGrid />
        </Form.Item>
      </div>
      <Form.Item
        name="do_not_call"
        label={t('customers.field.do_not_call')}
        extra={t('customers.form.doNotCallHint')}
        valuePropName="checked"
      >
        <Switch />
      </Form.Item>
    </>
  )
}

export function AboutFields({ view }: { view: CustomerView | undefined }) {
  const { t } = useTranslation()
  const tags = api.useQuery('get', '/api/v1/tags', {}, { staleTime: 60_000 })
  const sources: readonly string[] =
    view?.source && !SOURCES.some((each) => each === view.source) ? [view.source, ...SOURCES] : SOURCES
  return (
    <div className={styles.grid}>
      <Form.Item name="owner_id" label={t('customers.field.owner')}>
        <StaffSelect currentName={view?.row.owner_name} placeholder={t('customers.noOwner')} />
      </Form.Item>
      <Form.Item
        name="preferred_staff_id"
        label={t('customers.field.preferred_staff_id')}
        extra={t('customers.form.preferredHint')}
      >
        <StaffSelect currentName={view?.preferred_staff_name} placeholder={t('common.none')} />
      </Form.Item>
      <Form.Item name="stage" label={t('customers.field.stage')}>
        <Select
          options={Object.entries(PERIODS).map(([period, stages]) => ({
            label: t(`customers.period.${period as keyof typeof PERIODS}`),
            options: stages.map((stage) => ({ value: stage, label: t(`customers.stage.${stage}`) })),
          }))}
        />
      </Form.Item>
      <Form.Item name="source" label={t('customers.field.source')}>
        <Select
          allowClear
          placeholder={t('customers.form.sourceUnknown')}
          options={sources.map((source) => ({ value: source, label: sourceWords(source) }))}
        />
      </Form.Item>
      <Form.Item name="tags" label={t('customers.field.tags')} className={styles.wide}>
        <Select
          mode="tags"
          maxCount={50}
          tokenSeparators={[',', '，', '、', ';', '；']}
          placeholder={t('customers.form.tagsHint')}
          options={(tags.data ?? []).map((tag) => ({ value: tag, label: tag }))}
        />
      </Form.Item>
      <Form.Item name="notes" label={t('customers.field.notes')} className={styles.wide}>
        <Input.TextArea maxLength={NOTES_MAX} autoSize={{ minRows: 2, maxRows: 10 }} />
      </Form.Item>
    </div>
  )
}
