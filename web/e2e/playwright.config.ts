import { defineConfig } from '@playwright/test'

/** The real binary in a real browser. `cargo xtask test` sets LIUKE_BIN, LIUKE_CHROMIUM and LIUKE_E2E_PG. */
export default defineConfig({
  testDir: '.',
  outputDir: '../test-results',
  globalSetup: './setup.ts',
  fullyParallel: false,
  workers: Number(process.env.LIUKE_E2E_WORKERS ?? 2),
  retries: 0,
  forbidOnly: Boolean(process.env.CI),
  timeout: 60_000,
  expect: { timeout: 10_000 },
  reporter: 'list',
  use: {
    viewport: { width: 1440, height: 900 },
    locale: 'zh-CN',
    timezoneId: 'Asia/Shanghai',
    acceptDownloads: true,
    actionTimeout: 15_000,
    navigationTimeout: 30_000,
    contextOptions: { reducedMotion: 'reduce' },
    screenshot: 'only-on-failure',
    trace: 'retain-on-failure',
    launchOptions: {
      executablePath: process.env.LIUKE_CHROMIUM ?? '/usr/bin/chromium',
      args: ['--no-sandbox'],
    },
  },
  projects: [{ name: 'sqlite' }, ...(process.env.LIUKE_E2E_PG ? [{ name: 'postgres', grep: /@both/ }] : [])],
})
