import { enter, expect, expectAccessible, expectNoOverflow, test } from './test.ts'

const PAGES = [
  '/today',
  '/customers',
  '/slips',
  '/plans',
  '/pyramid',
  '/rates',
  '/imports',
  '/settings/users',
  '/settings/users?edit=new',
  '/settings/roles',
  '/settings/roles?edit=new',
  '/settings/branches',
  '/settings/general',
  '/settings/tokens',
  '/settings/audit',
  '/password',
]

for (const theme of ['light', 'dark'] as const) {
  for (const width of [1440, 390]) {
    test(`no barrier on any page: ${theme}, ${width} px`, async ({ page, demo }) => {
      test.setTimeout(180_000)
      await page.setViewportSize({ width, height: width === 390 ? 844 : 900 })
      await page.addInitScript((value) => localStorage.setItem('liuke.theme', value), theme)
      await page.goto(`${demo.url}/login`)
      await page.getByRole('button', { name: '登录', exact: true }).waitFor()
      await expectAccessible(page)
      await enter(page, demo, 'administrator')
      for (const path of PAGES) {
        await test.step(path, async () => {
          await page.goto(demo.url + path)
          await expect(page.getByRole('heading', { level: 1 })).toBeVisible()
          await expect(page.locator('[aria-busy="true"]')).toHaveCount(0)
          await expectNoOverflow(page)
          await expectAccessible(page)
        })
      }
    })
  }
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
