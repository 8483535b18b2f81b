import { Desk } from './firm.ts'
import type { Server } from './server.ts'
import { enter, expect, expectAccessible, expectNoOverflow, settled, test } from './test.ts'

test.describe.configure({ mode: 'parallel' })

const PAGES = [
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

for (const [theme, width] of [
  ['light', 1440],
  ['dark', 1440],
  ['light', 390],
  ['dark', 390],
] as const) {
  test(`no barrier on any page: ${theme}, ${width} px`, async ({ page, demo }) => {
    test.setTimeout(300_000)
    await page.setViewportSize({ width, height: width === 390 ? 844 : 900 })
    await page.addInitScript((value) => localStorage.setItem('liuke.theme', value), theme)
    const look = async () => {
      await settled(page)
      await expectNoOverflow(page)
      await expectAccessible(page)
    }
    await page.goto(`${demo.url}/login`)
    await page.getByRole('button', { name: '登录', exact: true }).waitFor()
    await expectAccessible(page)
    await page.goto(await invitation(demo, `axe-${theme}-${width}`))
    await page.getByLabel('再输一次密码').waitFor()
    await look()
    await page.goto(`${demo.url}/api/docs`)
    await page.locator('.opblock-tag').first().waitFor()
    await expectAccessible(page, FOREIGN)
    await enter(page, demo, 'administrator')
    for (const path of PAGES)
      await test.step(path, async () => {
        await page.goto(demo.url + path)
        await look()
      })
    for (const [path, link, there] of DETAILS)
      await test.step(`${path} → one`, async () => {
        await page.goto(demo.url + path)
        await page.locator(link).first().click()
        await expect(page).toHaveURL(there)
        await look()
        if (path === '/customers') {
          await page.goto(`${page.url().split('?')[0]}/edit`)
          await look()
        }
      })
  })
}

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
