import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tanstackRouter } from '@tanstack/router-plugin/vite'
import react from '@vitejs/plugin-react'
import { defineConfig, type Plugin } from 'vite'
import { antdStyles } from './scripts/antd-styles.mjs'
import { routerOptions } from './scripts/router-options.mjs'
import { cssVariables } from './src/theme/tokens.ts'

/** Writes the colour variables of both themes into index.html, so that the first paint already has them. */
function themeVariables(): Plugin {
  return {
    name: 'liuke-theme-variables',
    transformIndexHtml: () => [{ tag: 'style', attrs: { id: 'lk-vars' }, children: cssVariables(), injectTo: 'head' }],
  }
}

/** Gives the styles of antd's most common components as a file, before those of our own. */
function builtInStyles(): Plugin {
  const name = 'antd.css'
  return {
    name: 'liuke-antd-styles',
    apply: 'build',
    buildStart() {
      this.emitFile({ type: 'asset', name, source: antdStyles() })
    },
    transformIndexHtml: {
      order: 'post',
      handler(html, { bundle = {} }) {
        const file = Object.values(bundle).find((each) => each.type === 'asset' && each.names.includes(name))
        if (!file) throw new Error(`${name} was not made`)
        const boot = '<script src="/boot.js"></script>'
        return html.replace(boot, `${boot}\n    <link rel="stylesheet" crossorigin href="/${file.fileName}">`)
      },
    },
  }
}

/** What forms are made of; the first pages have none. What antd's other parts need of it is left out. */
const FORMS = [
  /\/antd\/es\/(drawer|radio|tree|tree-select)\//,
  /\/antd\/es\/form\/(?!context|validateMessagesContext|hooks\/useVariants)/,
  /\/@rc-component\/(async-validator|drawer|tree|tree-select)\//,
  /\/@rc-component\/form\/es\/(?!FormContext|FieldContext|ListContext)/,
  /\/shared\/ui\/(BranchSelect|FormDrawer|StaffSelect)/,
]
const ofForms = (id: string) => FORMS.some((part) => part.test(id))

/** Puts Swagger UI beside public/api-docs/index.html, so that the product brings its API page along. */
function apiDocs(): Plugin {
  const require = createRequire(import.meta.url)
  return {
    name: 'liuke-api-docs',
    apply: 'build',
    generateBundle() {
      for (const name of ['swagger-ui-bundle.js', 'swagger-ui.css', 'LICENSE']) {
        const source = readFileSync(require.resolve(`swagger-ui-dist/${name}`))
        this.emitFile({ type: 'asset', fileName: `api-docs/${name === 'LICENSE' ? 'LICENSE.txt' : name}`, source })
      }
    },
  }
}

export default defineConfig({
  plugins: [tanstackRouter(routerOptions), react(), themeVariables(), builtInStyles(), apiDocs()],
  resolve: { tsconfigPaths: true },
  server: {
    port: 5173,
    proxy: { '/api': { target: process.env.LIUKE_API ?? 'http://127.0.0.1:8080' } },
  },
  build: {
    target: 'es2022',
    chunkSizeWarningLimit: 700,
    rolldownOptions: {
      output: {
        codeSplitting: {
          groups: [
            {
              name: 'react-core',
              priority: 2,
              test: /node_modules\/(react|react-dom|scheduler|@tanstack|i18next|react-i18next)\//,
            },
            { name: 'echarts', priority: 2, test: /node_modules\/(echarts|zrender)\// },
            { name: 'words', priority: 2, test: /src\/i18n\/zh-CN/ },
            // Small things that the first pages need, each of which would be a request.
            {
              name: 'small',
              priority: 2,
              test: /src\/(features\/\w+\/(search|codes|sections)|shared\/(lib\/(rowKeys|moments)|ui\/(Kbd|DueBadge|WordMark)))\./,
            },
            // What most pages share travels together: a request and its head weigh more than such a file. Pickers are fetched
            // with the form that is opened.
            {
              name: 'common',
              priority: 1,
              minShareCount: 8,
              test: (id) => !ofForms(id) && !/date-picker|\/picker\//.test(id),
            },
            { name: 'forms', minShareCount: 8, test: ofForms },
          ],
        },
      },
    },
  },
})
