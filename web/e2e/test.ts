import AxeBuilder from '@axe-core/playwright'
import { test as base, expect, type Page } from '@playwright/test'
import { type Firm, found, type Login } from './firm.ts'
import { type Server, start } from './server.ts'

interface PerTest {
  /** Fails the test when a page has written an error or a warning to the console. */
  quiet: (page: Page) => void
  /** A window of one's own for somebody of the firm, signed in. */
  seat: (login: Login, options?: { width?: number; theme?: 'light' | 'dark' }) => Promise<Page>
}

interface PerWorker {
  /** The demonstration shop. Tests that change it must not depend on each other. */
  demo: Server
  /** An empty installation. */
  fresh: Server
  /** A small firm with a person per role. Tests use customers of their own. */
  firm: Firm
}

function served(wanted: { demo?: boolean }) {
  return async (
    _: object,
    use: (server: Server) => Promise<void>,
    info: { project: { name: string } },
  ): Promise<void> => {
    const server = await start({ ...wanted, engine: info.project.name })
    await use(server)
    await server.stop()
  }
}

export const test = base.extend<PerTest, PerWorker>({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the pattern
  demo: [async ({}, use, info) => served({ demo: true })({}, use, info), { scope: 'worker', timeout: 120_000 }],
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the pattern
  fresh: [async ({}, use, info) => served({})({}, use, info), { scope: 'worker', timeout: 120_000 }],
  firm: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the pattern
    async ({}, use, info) => {
      const server = await start({ engine: info.project.name })
      await use(await found(server))
      await server.stop()
    },
    { scope: 'worker', timeout: 120_000 },
  ],
  quiet: [
    async ({ page }, use) => {
      const said: string[] = []
      const listen = (to: Page) => {
        to.on('pageerror', (error) => said.push(error.message))
        to.on('console', (message) => {
          // A refusal of the server is logged by the browser itself; what the page makes of it is tested.
          if (!['error', 'warning'].includes(message.type()) || message.text().startsWith('Failed to load resource'))
            return
          said.push(message.text())
        })
      }
      listen(page)
      await use(listen)
      expect(said).toEqual([])
    },
    { auto: true },
  ],
  seat: async ({ browser, firm, quiet }, use) => {
    const open: Page[] = []
    await use(async (login, { width = 1440, theme = 'light' } = {}) => {
      const phone = width < 820
      const context = await browser.newContext({
        baseURL: firm.server.url,
        locale: 'zh-CN',
        timezoneId: 'Asia/Shanghai',
        acceptDownloads: true,
        viewport: { width, height: phone ? 844 : 900 },
        isMobile: phone,
        hasTouch: phone,
      })
      const page = await context.newPage()
      quiet(page)
      await page.addInitScript((value) => localStorage.setItem('liuke.theme', value), theme)
      await firm.desk(login).sit(page)
      open.push(page)
      return page
    })
    for (const page of open) await page.context().close()
  },
})

export { expect }

export type Role = 'administrator' | 'service_director' | 'team_leader' | 'agent' | 'technician' | 'clerk' | 'auditor'

/** The log-in of the demonstration shop that stands for a role. */
const LOGINS: Record<Role, string> = {
  administrator: 'admin',
  service_director: 'director',
  team_leader: 'leader',
  agent: 'agent',
  technician: 'technician',
  clerk: 'clerk',
  auditor: 'auditor',
}

/** Enters the demonstration shop by its log-in page. */
export async function enter(page: Page, server: Server, role: Role, path = '/'): Promise<void> {
  const { demo_logins } = await (await fetch(`${server.url}/api/v1/login-options`)).json()
  const { name } = demo_logins.find((each: { login: string }) => each.login === LOGINS[role])
  await page.goto(`${server.url}/login`)
  await page.getByRole('button', { name }).click()
  await page.getByRole('navigation', { name: '主导航' }).waitFor()
  if (path !== '/') await page.goto(server.url + path)
}

/** The page has its heading and nothing on it is still loading. */
export async function settled(page: Page): Promise<void> {
  await expect(page.getByRole('heading', { level: 1 }).first()).toBeVisible()
  await expect(page.locator('[aria-busy="true"]')).toHaveCount(0)
}

/** Marks a factor on the call sheet, as a finger or a mouse does. */
export async function rate(page: Page, factor: string, score: number): Promise<void> {
  await page
    .getByRole('group', { name: new RegExp(`^${factor}`) })
    .locator('label')
    .nth(score - 1)
    .click()
}

/** No barrier on the page as it stands (axe: WCAG A and AA and good practice), but for a part that is not ours. */
export async function expectAccessible(page: Page, except?: string): Promise<void> {
  // No page has frames: axe runs in the page itself, which takes half the time.
  const axe = new AxeBuilder({ page }).setLegacyMode().options({ resultTypes: ['violations'] })
  const { violations } = await (except ? axe.exclude(except) : axe).analyze()
  const found = violations.map((each) => `${each.id}: ${each.nodes.map((node) => node.target.join(' ')).join(' | ')}`)
  expect(found).toEqual([])
}

/** Nothing sticks out to the right. */
export async function expectNoOverflow(page: Page): Promise<void> {
  const beyond = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)
  expect(beyond).toBeLessThanOrEqual(0)
}
