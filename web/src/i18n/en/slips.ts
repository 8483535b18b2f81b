import type { Shape } from '../shape.ts'
import type { slips as zh } from '../zh-CN/slips.ts'

export const slips: Shape<typeof zh> = { title: 'Feedback slips' }
