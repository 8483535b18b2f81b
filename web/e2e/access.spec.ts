import type { Page } from '@playwright/test'
import { Desk } from './firm.ts'
import type { Server } from './server.ts'
import { enter, expect, expectAccessible, expectNoOverflow, settled, test } from './test.ts'

test.describe.configure({ mode: 'parallel' })

const WORK = [
  '/today',
  '/customers',
  '/customers/new',
  '/customers/services',
  '/slips',
  '/plans',
  '/plans?plan=new',
  '/pyramid',
  '/pyramid?panel=settings',
  '/pyramid?panel=run',
  '/rates',
  '/rates?figure=slips_closed',
  '/imports',
]

const SETTINGS = [
  '/settings/users',
  '/settings/users?edit=new',
  '/settings/roles',
  '/settings/roles?edit=new',
  '/settings/branches',
  '/settings/branches?edit=new',
  '/settings/general',
  '/settings/tokens',
  '/settings/tokens?edit=new',
  '/settings/audit',
  '/password',
  '/nowhere',
]

/** Pages of one thing: where its list is, the link of a row, and where that leads. */
const DETAILS: [string, string, RegExp][] = [
  ['/today?who=all', 'a[href^="/tasks/"]', /\/tasks\//],
  ['/customers', '[data-row-link]', /\/customers\/[\w-]{36}/],
  ['/slips', 'a[href^="/slips/"]', /\/slips\//],
]

/** Swagger UI's own markup: the contrast of its version labels and the order of its headings are not ours to mend. */
const FOREIGN = '.swagger-ui'

const WIDE = { width: 1440, height: 900 }
const NARROW = { width: 390, height: 844 }

/** Looks at the page as it stands: on a desk and on a telephone, by day and by night. */
async function look(page: Page, except?: string): Promise<void> {
  for (const size of [WIDE, NARROW]) {
    await page.setViewportSize(size)
    for (const theme of ['light', 'dark']) {
      // As when the theme is changed in another tab.
      await page.evaluate(
        (newValue) => dispatchEvent(new StorageEvent('storage', { key: 'liuke.theme', newValue })),
        theme,
      )
      await expect(page.locator('html')).toHaveAttribute('data-theme', theme)
      await test.step(`${theme}, ${size.width} px`, async () => {
        if (!except) await settled(page)
        await expectNoOverflow(page)
        await expectAccessible(page, except)
      })
    }
  }
  await page.setViewportSize(WIDE)
}

test('no barrier before the log-in and in the interface for programs', async ({ page, demo }) => {
  test.setTimeout(120_000)
  await page.goto(`${demo.url}/login`)
  await page.getByRole('button', { name: '登录', exact: true }).waitFor()
  await look(page)
  await page.goto(await invitation(demo, 'axe'))
  await page.getByLabel('再输一次密码').waitFor()
  await look(page)
  await page.goto(`${demo.url}/api/docs`)
  await page.locator('.opblock-tag').first().waitFor()
  await look(page, FOREIGN)
})

for (const [what, paths] of [
  ['work', WORK],
  ['settings', SETTINGS],
] as const)
  test(`no barrier on any page: ${what}`, async ({ page, demo }) => {
    test.setTimeout(300_000)
    await enter(page, demo, 'administrator')
    for (const path of paths)
      await test.step(path, async () => {
        await page.goto(demo.url + path)
        await settled(page)
        await look(page)
      })
  })

test('no barrier on the page of one thing', async ({ page, demo }) => {
  test.setTimeout(300_000)
  await enter(page, demo, 'administrator')
  for (const [path, link, there] of DETAILS)
    await test.step(`${path} → one`, async () => {
      await page.goto(demo.url + path)
      await page.locator(link).first().click()
      await expect(page).toHaveURL(there)
      await settled(page)
      await look(page)
      if (path !== '/customers') return
      await page.goto(`${page.url().split('?')[0]}/edit`)
      await settled(page)
      await look(page)
    })
})

test('no barrier where rows stand close', async ({ page, demo }) => {
  await page.addInitScript(() => localStorage.setItem('liuke.density', 'compact'))
  await enter(page, demo, 'administrator')
  for (const path of ['/today?who=all', '/customers']) {
    await page.goto(demo.url + path)
    await expect(page.locator('html')).toHaveAttribute('data-density', 'compact')
    await settled(page)
    await expectNoOverflow(page)
    await expectAccessible(page)
  }
})

/** The address of the page where a new colleague chooses a password. */
async function invitation(demo: Server, login: string): Promise<string> {
  const { demo_logins } = await (await fetch(`${demo.url}/api/v1/login-options`)).json()
  const { password } = demo_logins.find((each: { login: string }) => each.login === 'admin')
  const admin = new Desk(demo.url)
  const { staff } = await admin.post('/login', { login: 'admin', password })
  const [role] = await admin.get('/roles')
  const someone = { login, name: '试用员', branch_id: staff.branch_id, role_ids: [role.id] }
  const { link } = await admin.post('/staff', someone)
  const { pathname, search } = new URL(link, demo.url)
  return demo.url + pathname + search
}

test('English has words everywhere', async ({ page, demo }) => {
  await enter(page, demo, 'administrator')
  await page.getByRole('button', { name: '切换语言：English' }).click()
  await expect(page.getByRole('navigation', { name: 'Main navigation' }).getByRole('link')).toHaveText([
    /^Liuke|^$/,
    /Today/,
    /Customers/,
    /Slips/,
    /Plans/,
    /Pyramid/,
    /Figures/,
    /Import/,
    /Settings/,
  ])
  expect(await page.locator('html').getAttribute('lang')).toBe('en')
})
