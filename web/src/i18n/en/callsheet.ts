import type { Shape } from '../shape.ts'
import type { callsheet as zh } from '../zh-CN/callsheet.ts'

export const callsheet: Shape<typeof zh> = { title: 'Call sheet' }
