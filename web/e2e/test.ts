import AxeBuilder from '@axe-core/playwright'
import { test as base, expect, type Page } from '@playwright/test'
import { type Server, start } from './server.ts'

interface PerTest {
  /** Fails the test when the page has written an error or a warning to the console. */
  quiet: undefined
}

interface PerWorker {
  /** The demonstration shop. Tests that change it must not depend on each other. */
  demo: Server
  /** An empty installation. */
  fresh: Server
}

export const test = base.extend<PerTest, PerWorker>({
  demo: [
    async ({ browserName: _ }, use, info) => {
      const server = await start('demo', info.project.name)
      await use(server)
      await server.stop()
    },
    { scope: 'worker', timeout: 120_000 },
  ],
  fresh: [
    async ({ browserName: _ }, use, info) => {
      const server = await start('serve', info.project.name)
      await use(server)
      await server.stop()
    },
    { scope: 'worker', timeout: 120_000 },
  ],
  quiet: [
    async ({ page }, use) => {
      const said: string[] = []
      page.on('pageerror', (error) => said.push(error.message))
      page.on('console', (message) => {
        // A refusal of the server is logged by the browser itself; what the page makes of it is tested.
        if (!['error', 'warning'].includes(message.type()) || message.text().startsWith('Failed to load resource'))
          return
        said.push(message.text())
      })
      await use(undefined)
      expect(said).toEqual([])
    },
    { auto: true },
  ],
})

export { expect }

export type Role = 'administrator' | 'service_director' | 'team_leader' | 'agent' | 'technician' | 'clerk' | 'auditor'

/** Enters the demonstration shop by its log-in page. */
export async function enter(page: Page, server: Server, role: Role, path = '/'): Promise<void> {
  const words: Record<Role, string> = {
    administrator: '系统管理员',
    service_director: '服务总监',
    team_leader: '班组长',
    agent: '客户关怀专员',
    technician: '技师',
    clerk: '信息员',
    auditor: '审计员',
  }
  await page.goto(`${server.url}/login`)
  await page
    .getByRole('button', { name: new RegExp(`^${words[role]}`) })
    .first()
    .click()
  await page.getByRole('navigation', { name: '主导航' }).waitFor()
  if (path !== '/') await page.goto(server.url + path)
}

/** No barrier on the page as it stands (axe: WCAG A and AA and good practice). */
export async function expectAccessible(page: Page): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).analyze()
  const found = violations.map((each) => `${each.id}: ${each.nodes.map((node) => node.target.join(' ')).join(' | ')}`)
  expect(found).toEqual([])
}

/** Nothing sticks out to the right. */
export async function expectNoOverflow(page: Page): Promise<void> {
  const beyond = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)
  expect(beyond).toBeLessThanOrEqual(0)
}
