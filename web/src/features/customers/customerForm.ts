import dayjs, { type Dayjs } from 'dayjs'
import type { components } from '~/api/schema.gen.ts'
import { toDay } from '~/shared/lib/dates.ts'
import { windowWords } from '~/shared/lib/moments.ts'
import { CONSENT_CHANNELS, CONSENT_PURPOSES } from './codes.ts'

export type CustomerView = components['schemas']['CustomerView']
export type CustomerInput = components['schemas']['CustomerInput']

/** A telephone in the form. A stored one keeps its number as long as none is typed. */
export interface PhoneValue {
  id?: string
  /** The stored number, hidden; only shown. */
  masked?: string
  number?: string
  label?: string
  primary: boolean
  do_not_use: boolean
}

/** An e-mail address in the form; the same as a telephone. */
export interface EmailValue {
  id?: string
  masked?: string
  address?: string
  label?: string
  primary: boolean
}

/** A stored value that the screen only knows masked: kept, or replaced by what is typed (nothing: removed). */
export interface Kept<T> {
  keep: boolean
  masked?: string
  value?: T
}

/** `phone.service` → asked and answered; absent: never asked. */
export type ConsentValues = Record<string, boolean | undefined>

export interface CustomerValues {
  name: string
  kind: CustomerInput['kind']
  external_id?: string
  phones: PhoneValue[]
  emails: EmailValue[]
  address: Kept<string>
  birthday: Kept<Dayjs>
  gender?: NonNullable<CustomerInput['gender']>
  source?: string
  personality?: NonNullable<CustomerView['personality']>
  stage: string
  notes?: string
  owner_id?: string
  preferred_staff_id?: string
  branch_id: string
  tags: string[]
  consents: ConsentValues
  do_not_call: boolean
  /** `18:30`; both times or none. */
  contact_from?: string
  contact_to?: string
}

export function consentKey(channel: string, purpose: string): string {
  return `${channel}.${purpose}`
}

function kept<T>(masked: string | null | undefined): Kept<T> {
  return masked ? { keep: true, masked } : { keep: false }
}

/** An empty form of somebody who works at this branch. */
export function blankValues(start: { branch_id: string; owner_id?: string }): CustomerValues {
  return {
    name: '',
    kind: 'person',
    external_id: undefined,
    phones: [{ primary: true, do_not_use: false }],
    emails: [],
    address: { keep: false },
    birthday: { keep: false },
    gender: undefined,
    source: undefined,
    personality: undefined,
    stage: 'known',
    notes: undefined,
    owner_id: start.owner_id,
    preferred_staff_id: undefined,
    branch_id: start.branch_id,
    tags: [],
    consents: {},
    do_not_call: false,
    contact_from: undefined,
    contact_to: undefined,
  }
}

/** The form of a stored customer. */
export function valuesOf(view: CustomerView): CustomerValues {
  return {
    name: view.row.name,
    kind: view.row.kind,
    external_id: view.external_id ?? undefined,
    phones: view.phones.map(({ id, masked, label, primary, do_not_use }) => ({
      id,
      masked,
      label: label ?? undefined,
      primary,
      do_not_use,
    })),
    emails: view.emails.map(({ id, masked, label, primary }) => ({ id, masked, label: label ?? undefined, primary })),
    address: kept(view.address_masked),
    birthday: kept(view.birthday_masked),
    gender: view.gender ?? undefined,
    source: view.source ?? undefined,
    personality: view.personality ?? undefined,
    stage: view.row.stage,
    notes: view.notes ?? undefined,
    owner_id: view.row.owner_id ?? undefined,
    preferred_staff_id: view.preferred_staff_id ?? undefined,
    branch_id: view.row.branch_id,
    tags: view.row.tags,
    consents: Object.fromEntries(
      view.consents.map(({ channel, purpose, granted }) => [consentKey(channel, purpose), granted]),
    ),
    do_not_call: view.row.do_not_call,
    contact_from: view.contact_from ?? undefined,
    contact_to: view.contact_to ?? undefined,
  }
}

function filled(text: string | null | undefined): string | null {
  const clean = text?.trim()
  return clean ? clean : null
}

/** At most one is the first to be tried; when none is marked it is the first of the list. */
function onlyOnePrimary<T extends { primary: boolean }>(rows: T[]): T[] {
  const first = Math.max(
    rows.findIndex((row) => row.primary),
    0,
  )
  return rows.map((row, index) => ({ ...row, primary: index === first }))
}

/** Rows that say something: the server counts only these, so the form shows only these once it is sent. */
export function filledRows(values: Pick<CustomerValues, 'phones' | 'emails'>) {
  return {
    phones: values.phones.filter((row) => row.id || filled(row.number)),
    emails: values.emails.filter((row) => row.id || filled(row.address)),
  }
}

/**
 * What is sent. Stored numbers that nobody typed anew go by their id alone; rows without id and without number are
 * left out; address and birthday are kept unless they were replaced or removed.
 */
export function inputOf(values: CustomerValues, stored?: CustomerView, version?: number): CustomerInput {
  const { phones, emails } = filledRows(values)
  const person = values.kind === 'person'
  return {
    name: values.name.trim(),
    kind: values.kind,
    external_id: filled(values.external_id),
    phones: onlyOnePrimary(phones).map(({ id, number, label, primary, do_not_use }) => ({
      ...(id ? { id } : {}),
      ...(filled(number) ? { number: filled(number) } : {}),
      label: filled(label),
      primary,
      do_not_use,
    })),
    emails: onlyOnePrimary(emails).map(({ id, address, label, primary }) => ({
      ...(id ? { id } : {}),
      ...(filled(address) ? { address: filled(address) } : {}),
      label: filled(label),
      primary,
    })),
    address: values.address.keep ? null : filled(values.address.value),
    keep_address: values.address.keep,
    birthday: person && !values.birthday.keep && values.birthday.value ? toDay(values.birthday.value) : null,
    keep_birthday: person && values.birthday.keep,
    gender: person ? (values.gender ?? null) : null,
    source: filled(values.source),
    personality: values.personality ?? null,
    stage: values.stage,
    notes: filled(values.notes),
    owner_id: values.owner_id ?? null,
    preferred_staff_id: values.preferred_staff_id ?? null,
    branch_id: values.branch_id,
    tags: values.tags.map((tag) => tag.trim()).filter((tag) => tag !== ''),
    consents: consentsOf(values.consents, stored),
    do_not_call: values.do_not_call,
    contact_from: filled(values.contact_from),
    contact_to: filled(values.contact_to),
    ...(version === undefined ? {} : { version }),
  }
}

function consentsOf(values: ConsentValues, stored?: CustomerView): CustomerInput['consents'] {
  return CONSENT_CHANNELS.flatMap((channel) =>
    CONSENT_PURPOSES.flatMap((purpose) => {
      const granted = values[consentKey(channel, purpose)]
      if (granted === undefined) return []
      const before = stored?.consents.find((each) => each.channel === channel && each.purpose === purpose)
      // Where an unchanged answer came from stays on record; a new one comes from this form.
      return [{ channel, purpose, granted, source: before?.granted === granted ? (before.source ?? null) : null }]
    }),
  )
}

/** Telephones typed here that are long enough to be looked up. */
export function typedPhones(phones: readonly Partial<PhoneValue>[] | undefined): string[] {
  const typed = (phones ?? []).flatMap((row) => {
    const number = row?.number?.normalize('NFKC').trim() ?? ''
    return number.replace(/\D/g, '').length >= 7 ? [number] : []
  })
  return [...new Set(typed)].slice(0, 10)
}

/** A day of the server in a date picker. */
export function pickerDay(on: string | null | undefined): Dayjs | undefined {
  return on ? dayjs(on) : undefined
}

/** The customer's own contact window, `18:30–20:00`. */
export function windowOf({ contact_from, contact_to }: CustomerView): string | undefined {
  return contact_from && contact_to ? windowWords({ from: contact_from, to: contact_to }) : undefined
}
