import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tanstackRouter } from '@tanstack/router-plugin/vite'
import react from '@vitejs/plugin-react'
import { defineConfig, type Plugin } from 'vite'
import { routerOptions } from './scripts/router-options.mjs'
import { cssVariables } from './src/theme/tokens.ts'

/** Writes the colour variables of both themes into index.html, so that the first paint already has them. */
function themeVariables(): Plugin {
  return {
    name: 'liuke-theme-variables',
    transformIndexHtml: () => [{ tag: 'style', attrs: { id: 'lk-vars' }, children: cssVariables(), injectTo: 'head' }],
  }
}

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
  plugins: [tanstackRouter(routerOptions), react(), themeVariables(), apiDocs()],
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
              test: /node_modules[\\/](react|react-dom|scheduler|@tanstack|i18next|react-i18next)[\\/]/,
            },
            { name: 'echarts', test: /node_modules[\\/](echarts|zrender)[\\/]/ },
            // What most pages share travels together: a request and its head weigh more than such a file. Pickers, drawers
            // and checks of forms are fetched with the form that is opened.
            {
              name: 'common',
              minShareCount: 8,
              test: /^(?!.*(date-picker|[\\/]picker[\\/]|tree-select|async-validator|drawer)).*$/,
            },
          ],
        },
      },
    },
  },
})
