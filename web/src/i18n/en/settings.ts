import type { Shape } from '../shape.ts'
import type { settings as zh } from '../zh-CN/settings.ts'

export const settings: Shape<typeof zh> = { title: 'Settings' }
