import type { Dayjs } from 'dayjs'
import type { components } from '~/api/schema.gen.ts'
import { toDay, toInstant, toPicker } from '~/shared/lib/dates.ts'
import { parseMoney } from '~/shared/lib/money.ts'
import { pickerDay } from './customerForm.ts'

export type AssetView = components['schemas']['AssetView']
export type AssetInput = components['schemas']['AssetInput']
export type OrderView = components['schemas']['OrderView']
export type OrderInput = components['schemas']['OrderInput']
export type ServiceView = components['schemas']['ServiceView']
export type ServiceInput = components['schemas']['ServiceInput']

function filled(text: string | null | undefined): string | null {
  const clean = text?.trim()
  return clean ? clean : null
}

function dayOf(value: Dayjs | null | undefined): string | null {
  return value ? toDay(value) : null
}

/** Fen as somebody would type the amount: `123450` → `1234.50`. */
export function amountText(fen: number | null | undefined): string | undefined {
  return fen === null || fen === undefined ? undefined : (fen / 100).toFixed(2)
}

/** An amount typed in a form as fen; the form has checked that it is one. */
function fenOf(text: string | undefined): number | null {
  return text?.trim() ? (parseMoney(text) ?? null) : null
}

export interface AssetValues {
  kind: AssetInput['kind']
  plate?: string
  vin?: string
  serial?: string
  model: string
  mileage_km?: number | null
  purchased_on?: Dayjs | null
  warranty_until?: Dayjs | null
  site?: string
  notes?: string
  external_id?: string
}

export function assetValues(asset?: AssetView): AssetValues {
  return {
    kind: asset?.kind ?? 'vehicle',
    plate: asset?.plate ?? undefined,
    vin: asset?.vin ?? undefined,
    serial: asset?.serial ?? undefined,
    model: asset?.model ?? '',
    mileage_km: asset?.mileage_km ?? undefined,
    purchased_on: pickerDay(asset?.purchased_on),
    warranty_until: pickerDay(asset?.warranty_until),
    site: asset?.site ?? undefined,
    notes: asset?.notes ?? undefined,
    external_id: asset?.external_id ?? undefined,
  }
}

/** A vehicle has plate and VIN, equipment a serial number and a site; what does not belong is not sent. */
export function assetInput(values: AssetValues, version?: number): AssetInput {
  const vehicle = values.kind === 'vehicle'
  return {
    kind: values.kind,
    plate: vehicle ? filled(values.plate) : null,
    vin: vehicle ? filled(values.vin) : null,
    serial: vehicle ? null : filled(values.serial),
    model: values.model.trim(),
    mileage_km: vehicle ? (values.mileage_km ?? null) : null,
    purchased_on: dayOf(values.purchased_on),
    warranty_until: dayOf(values.warranty_until),
    site: vehicle ? null : filled(values.site),
    notes: filled(values.notes),
    external_id: filled(values.external_id),
    ...(version === undefined ? {} : { version }),
  }
}

export interface OrderValues {
  kind: OrderInput['kind']
  title?: string
  ordered_at: Dayjs
  /** Always typed as a positive amount; a refund is sent as a negative one. */
  revenue: string
  cost?: string
  branch_id: string
  seller_id?: string
  external_id?: string
}

export function orderValues(
  start: { branch_id: string; seller_id?: string | null; now: number },
  order?: OrderView,
): OrderValues {
  return {
    kind: order?.kind ?? 'sale',
    title: order?.title ?? undefined,
    ordered_at: toPicker(order?.ordered_at ?? start.now),
    revenue: amountText(order ? Math.abs(order.revenue_fen) : undefined) ?? '',
    cost: amountText(order?.cost_fen),
    branch_id: order?.branch_id ?? start.branch_id,
    seller_id: start.seller_id ?? undefined,
    external_id: order?.external_id ?? undefined,
  }
}

export function orderInput(values: OrderValues, customerId: string, version?: number): OrderInput {
  const amount = Math.abs(fenOf(values.revenue) ?? 0)
  return {
    customer_id: customerId,
    kind: values.kind,
    title: filled(values.title),
    ordered_at: toInstant(values.ordered_at),
    // Not −0 for a refund of nothing.
    revenue_fen: values.kind === 'refund' && amount > 0 ? -amount : amount,
    cost_fen: fenOf(values.cost),
    branch_id: values.branch_id,
    seller_id: values.seller_id ?? null,
    external_id: filled(values.external_id),
    ...(version === undefined ? {} : { version }),
  }
}

export interface ServiceValues {
  asset_id?: string
  branch_id: string
  category?: string
  opened_at: Dayjs
  advisor_id?: string
  technician_id?: string
  work?: string
  parts?: string
  mileage_km?: number | null
  advice?: string
  next_due_on?: Dayjs | null
  next_due_km?: number | null
  revenue: string
  cost?: string
  close: boolean
  closed_at?: Dayjs | null
  external_id?: string
}

export function serviceValues(
  start: { branch_id: string; advisor_id?: string; asset_id?: string; now: number },
  record?: ServiceView,
): ServiceValues {
  return {
    asset_id: record ? (record.asset_id ?? undefined) : start.asset_id,
    branch_id: record?.branch_id ?? start.branch_id,
    category: record?.category ?? undefined,
    opened_at: toPicker(record?.opened_at ?? start.now),
    advisor_id: record ? (record.advisor_id ?? undefined) : start.advisor_id,
    technician_id: record?.technician_id ?? undefined,
    work: record?.work ?? undefined,
    parts: record?.parts ?? undefined,
    mileage_km: record?.mileage_km ?? undefined,
    advice: record?.advice ?? undefined,
    next_due_on: pickerDay(record?.next_due_on),
    next_due_km: record?.next_due_km ?? undefined,
    revenue: amountText(record?.revenue_fen) ?? '0',
    cost: amountText(record?.cost_fen),
    close: record?.status === 'closed',
    closed_at: record?.closed_at ? toPicker(record.closed_at) : undefined,
    external_id: record?.external_id ?? undefined,
  }
}

/** A name that came with a file stays as long as no account takes its place. */
function nameKept(id: string | undefined, before: string | null | undefined, hadId: string | null | undefined) {
  return id || hadId ? null : (before ?? null)
}

export function serviceInput(
  values: ServiceValues,
  customerId: string,
  record?: ServiceView,
  version?: number,
): ServiceInput {
  return {
    customer_id: customerId,
    asset_id: values.asset_id ?? null,
    branch_id: values.branch_id,
    category: filled(values.category),
    opened_at: toInstant(values.opened_at),
    advisor_id: values.advisor_id ?? null,
    advisor_name: nameKept(values.advisor_id, record?.advisor_name, record?.advisor_id),
    technician_id: values.technician_id ?? null,
    technician_name: nameKept(values.technician_id, record?.technician_name, record?.technician_id),
    work: filled(values.work),
    parts: filled(values.parts),
    mileage_km: values.mileage_km ?? null,
    advice: filled(values.advice),
    next_due_on: dayOf(values.next_due_on),
    next_due_km: values.next_due_km ?? null,
    revenue_fen: fenOf(values.revenue) ?? 0,
    cost_fen: fenOf(values.cost),
    close: values.close,
    closed_at: values.close && values.closed_at ? toInstant(values.closed_at) : null,
    external_id: filled(values.external_id),
    ...(version === undefined ? {} : { version }),
  }
}
