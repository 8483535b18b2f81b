import type { Shape } from '../shape.ts'
import type { imports as zh } from '../zh-CN/imports.ts'

export const imports: Shape<typeof zh> = { title: 'Import' }
