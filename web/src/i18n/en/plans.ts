import type { Shape } from '../shape.ts'
import type { plans as zh } from '../zh-CN/plans.ts'

export const plans: Shape<typeof zh> = { title: 'Follow-up plans' }
