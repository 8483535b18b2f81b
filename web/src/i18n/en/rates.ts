import type { Shape } from '../shape.ts'
import type { rates as zh } from '../zh-CN/rates.ts'

export const rates: Shape<typeof zh> = { title: 'Figures' }
