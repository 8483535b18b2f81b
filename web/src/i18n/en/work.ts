import type { Shape } from '../shape.ts'
import type { work as zh } from '../zh-CN/work.ts'

export const work: Shape<typeof zh> = { title: 'Today' }
