import type { Shape } from '../shape.ts'
import type { pyramid as zh } from '../zh-CN/pyramid.ts'

export const pyramid: Shape<typeof zh> = { title: 'Customer pyramid' }
