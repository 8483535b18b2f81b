// Writes src/routeTree.gen.ts from src/routes without starting vite.
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Generator, getConfig } from '@tanstack/router-generator'
import { routerOptions } from './router-options.mjs'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const config = getConfig({ ...routerOptions, disableLogging: true }, root)
await new Generator({ config, root }).run()
