import { execFileSync } from 'node:child_process'
import { mkdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { Page } from '@playwright/test'
import { Desk } from './firm.ts'
import { expect, test } from './test.ts'

/** Takes the pictures of the README from the demonstration shop: `npm run pictures`. */

const FOLDER = join(import.meta.dirname, '../../docs/pictures')
const LARGEST = 250_000

interface Picture {
  name: string
  login: string
  theme?: 'light' | 'dark'
  width?: number
  /** Goes to what is shown. */
  show: (page: Page) => Promise<void>
}

const PICTURES: Picture[] = [
  { name: 'today', login: 'agent', show: (page) => open(page, '/today') },
  {
    name: 'call-sheet',
    login: 'agent',
    show: async (page) => {
      await open(page, '/today')
      await page.getByRole('row').nth(1).getByRole('link').last().click()
      await calm(page)
    },
  },
  {
    name: 'customer-dark',
    login: 'director',
    theme: 'dark',
    show: async (page) => {
      await open(page, '/pyramid?tier=A')
      await page.getByRole('region', { name: 'A 级名单' }).getByRole('link').nth(1).click()
      await calm(page)
    },
  },
  { name: 'rates', login: 'director', show: (page) => open(page, '/rates') },
  { name: 'today-mobile', login: 'agent', width: 390, show: (page) => open(page, '/today') },
]

async function calm(page: Page): Promise<void> {
  await page.getByRole('heading', { level: 1 }).first().waitFor()
  await page.waitForFunction(() => document.querySelectorAll('[aria-busy="true"]').length === 0)
  await page.waitForTimeout(600)
}

async function open(page: Page, path: string): Promise<void> {
  await page.goto(new URL(path, page.url()).toString())
  await calm(page)
}

/** The pictures show a desk at work, whatever the hour they are taken at. */
test.beforeAll(async ({ demo }) => {
  const { demo_logins } = await (await fetch(`${demo.url}/api/v1/login-options`)).json()
  const admin = new Desk(demo.url)
  const { login, password } = demo_logins.find((each: { role: string }) => each.role === 'administrator')
  await admin.post('/login', { login, password })
  const settings = await admin.get('/settings')
  await admin.put('/settings', { ...settings, contact_windows: [{ from: '00:00', to: '23:59' }] })
})

for (const picture of PICTURES)
  test(picture.name, async ({ browser, demo }) => {
    const phone = picture.width !== undefined
    const context = await browser.newContext({
      viewport: { width: picture.width ?? 1440, height: phone ? 844 : 900 },
      deviceScaleFactor: phone ? 2 : 1,
      isMobile: phone,
      hasTouch: phone,
      locale: 'zh-CN',
      timezoneId: 'Asia/Shanghai',
      reducedMotion: 'reduce',
    })
    const page = await context.newPage()
    await page.addInitScript((theme) => localStorage.setItem('liuke.theme', theme), picture.theme ?? 'light')
    const { demo_logins } = await (await context.request.get(`${demo.url}/api/v1/login-options`)).json()
    const { login, password } = demo_logins.find((each: { login: string }) => each.login === picture.login)
    await context.request.post(`${demo.url}/api/v1/login`, {
      data: { login, password },
      headers: { 'x-liuke-request': '1' },
    })
    await page.goto(demo.url)
    await picture.show(page)
    mkdirSync(FOLDER, { recursive: true })
    const file = join(FOLDER, `${picture.name}.png`)
    await page.screenshot({ path: file, animations: 'disabled' })
    await context.close()
    shrink(file)
    expect(statSync(file).size).toBeLessThan(LARGEST)
  })

/** Fewer colours and better packing, where the machine has the programs for it. */
function shrink(file: string): void {
  for (const [program, ...words] of [
    ['pngquant', '--force', '--skip-if-larger', '--quality', '80-98', '--output', file, file],
    ['optipng', '-quiet', '-o2', file],
  ] as const) {
    try {
      execFileSync(program, words, { stdio: 'ignore' })
    } catch {
      // Not installed, or already as small as can be: the picture is good either way.
    }
  }
}
