// @vitest-environment node
import { expect, it } from 'vitest'
import { antdStyles } from '../../scripts/antd-styles.mjs'
import { antdTheme } from './antd.ts'

it('the style sheet that is built in fits every theme', () => {
  const light = antdStyles(antdTheme('light', false))
  expect(light).toContain('.ant-btn')
  expect(light).toContain('data-ant-cssinjs-cache-path')
  expect(antdStyles(antdTheme('dark', false))).toBe(light)
  expect(antdStyles(antdTheme('light', true))).toBe(light)
  expect(antdStyles(antdTheme('dark', true, true, true))).toBe(light)
})
