import { join } from 'node:path'
import config from './playwright.config.ts'

// Figures of a debug build say nothing.
process.env.LIUKE_BIN ??= join(import.meta.dirname, '../../target/release/liuke')

/** Not a test: measures the browser against its budgets. */
export default {
  ...config,
  testMatch: 'budgets.ts',
  workers: 1,
  timeout: 600_000,
  projects: [{ name: 'sqlite' }],
  use: { ...config.use, trace: 'off' as const },
}
