import { createRequire } from 'node:module'

const require = createRequire(import.meta.url)

/**
 * The styles of the antd components that the first pages consist of, as one style sheet. Without it every browser works them out
 * at every visit, which takes a third of the time until the first row. Components that are not here still do so when they are
 * first shown. The styles depend on no theme, for they are written with variables (src/theme/antd.test.ts).
 *
 * @param {import('antd').ThemeConfig} [theme]
 * @returns {string}
 */
export function antdStyles(theme) {
  const { createElement: h } = require('react')
  const { renderToString } = require('react-dom/server')
  const antd = require('antd')
  // The copy that antd uses.
  const { createCache, extractStyle, StyleProvider } = createRequire(require.resolve('antd'))('@ant-design/cssinjs')
  const { App, Button, Checkbox, ConfigProvider, Dropdown, Input, Menu, Popover, Segmented, Select, Skeleton } = antd
  const { Tag, Tooltip } = antd
  const cache = createCache()
  const parts = [
    h(Button, { key: 1, type: 'primary', loading: true }, 'x'),
    h(Checkbox.Group, { key: 2, options: ['x'] }),
    h(Dropdown, { key: 3, menu: { items: [] } }, h('i')),
    h(Input.Search, { key: 4 }),
    h(Menu, { key: 5, items: [{ key: 'x', label: 'x' }] }),
    h(Popover, { key: 6, content: 'x' }, h('i')),
    h(Segmented, { key: 7, options: ['x'] }),
    h(Select, { key: 8, options: [{ value: 'x' }] }),
    h(Skeleton, { key: 9, active: true }),
    h(Tag, { key: 10 }, 'x'),
    h(Tooltip, { key: 11, title: 'x' }, h('i')),
  ]
  renderToString(h(StyleProvider, { cache }, h(ConfigProvider, { theme }, h(App, null, parts))))
  return extractStyle(cache, { plain: true, types: 'style' })
}
