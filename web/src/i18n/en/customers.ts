import type { Shape } from '../shape.ts'
import type { customers as zh } from '../zh-CN/customers.ts'

export const customers: Shape<typeof zh> = { title: 'Customers' }
