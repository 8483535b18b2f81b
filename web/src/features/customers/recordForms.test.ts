import dayjs from 'dayjs'
import { describe, expect, it } from 'vitest'
import {
  type AssetView,
  assetInput,
  assetValues,
  type OrderView,
  orderInput,
  orderValues,
  type ServiceView,
  serviceInput,
  serviceValues,
} from './recordForms.ts'

const NOW = Date.UTC(2026, 10, 21, 4, 30)

describe('vehicles and equipment', () => {
  it('a vehicle sends plate and VIN, equipment its serial number and site', () => {
    const values = { ...assetValues(), model: ' 迈腾 330 ', plate: '川A7F3K2', serial: 'X', site: 'Y', mileage_km: 0 }
    expect(assetInput(values)).toMatchObject({
      model: '迈腾 330',
      plate: '川A7F3K2',
      serial: null,
      site: null,
      mileage_km: 0,
    })
    expect(assetInput({ ...values, kind: 'equipment' })).toMatchObject({ plate: null, serial: 'X', mileage_km: null })
  })

  it('goes back unchanged', () => {
    const asset: AssetView = {
      id: 'a',
      customer_id: 'c',
      kind: 'vehicle',
      plate: '川A·7F3K2',
      model: '迈腾',
      mileage_km: 58240,
      purchased_on: '2021-05-01',
      plate_ok: true,
      vin_ok: true,
      version: 3,
    }
    expect(assetInput(assetValues(asset), 3)).toMatchObject({
      plate: '川A·7F3K2',
      vin: null,
      mileage_km: 58240,
      purchased_on: '2021-05-01',
      warranty_until: null,
      version: 3,
    })
  })
})

describe('orders', () => {
  it('are typed positive and sent with their sign', () => {
    const values = orderValues({ branch_id: 'b', now: NOW })
    expect(orderInput({ ...values, revenue: '1,234.5' }, 'c')).toMatchObject({ revenue_fen: 123450, ordered_at: NOW })
    expect(orderInput({ ...values, kind: 'refund', revenue: '12' }, 'c').revenue_fen).toBe(-1200)
    expect(Object.is(orderInput({ ...values, kind: 'refund', revenue: '0' }, 'c').revenue_fen, 0)).toBe(true)
  })

  it('go back unchanged', () => {
    const order: OrderView = {
      id: 'o',
      number: 'DD1',
      customer_id: 'c',
      kind: 'refund',
      title: '续保退款',
      ordered_at: NOW,
      business_day: '2026-11-21',
      revenue_fen: -486207,
      cost_fen: -100,
      branch_id: 'b2',
      branch_name: '店',
      version: 2,
    }
    expect(orderInput(orderValues({ branch_id: 'b', seller_id: 's', now: 0 }, order), 'c', 2)).toMatchObject({
      kind: 'refund',
      revenue_fen: -486207,
      cost_fen: -100,
      branch_id: 'b2',
      seller_id: 's',
      ordered_at: NOW,
    })
  })
})

describe('service records', () => {
  const record: ServiceView = {
    id: 'r',
    number: 'WX1',
    customer_id: 'c',
    customer_name: '王',
    branch_id: 'b',
    branch_name: '店',
    status: 'open',
    opened_at: NOW,
    advisor_name: '张三',
    technician_id: 't1',
    technician_name: '邓师傅',
    work: '更换机油',
    revenue_fen: 48000,
    version: 1,
  }

  it('keep a name that came with a file until an account takes its place', () => {
    const values = serviceValues({ branch_id: 'x', now: 0 }, record)
    expect(serviceInput(values, 'c', record)).toMatchObject({
      advisor_id: null,
      advisor_name: '张三',
      technician_id: 't1',
      technician_name: null,
    })
    expect(serviceInput({ ...values, advisor_id: 's1' }, 'c', record).advisor_name).toBeNull()
    expect(serviceInput({ ...values, technician_id: undefined }, 'c', record).technician_name).toBeNull()
  })

  it('say when they were closed only when they are', () => {
    const values = serviceValues({ branch_id: 'x', now: 0 }, record)
    const at = dayjs('2026-11-21T18:00:00')
    expect(serviceInput({ ...values, closed_at: at }, 'c').closed_at).toBeNull()
    const closed = serviceInput({ ...values, close: true, closed_at: at }, 'c')
    expect(closed).toMatchObject({ close: true, closed_at: Date.UTC(2026, 10, 21, 10), revenue_fen: 48000 })
    expect(serviceInput({ ...values, close: true }, 'c').closed_at).toBeNull()
  })
})
