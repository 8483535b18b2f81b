import { enter, expect, expectAccessible, test } from './test.ts'

test('first setup: the printed link makes the administrator, once @both', async ({ page, fresh }) => {
  const link = await fresh.setupLink()
  for (const theme of ['dark', 'light']) {
    await page.goto(link)
    await page.evaluate((value) => localStorage.setItem('liuke.theme', value), theme)
    await page.reload()
    await expectAccessible(page)
  }
  await page.getByLabel('企业名称').fill('晨光汽车服务')
  await page.getByLabel('第一个网点的名称').fill('晨光高新店')
  await page.getByLabel('姓名').fill('陈晨')
  await page.getByLabel('用户名').fill('chenchen')
  await page.getByLabel('密码', { exact: true }).fill('蓝天白云-2026-晨')
  await page.getByLabel('再输一次密码').fill('蓝天白云-2026-晨')
  await page.getByRole('button', { name: '完成设置' }).click()
  await expect(page.getByRole('button', { name: '陈晨的菜单' })).toBeVisible()

  await page.context().clearCookies()
  await page.goto(link)
  await page.getByLabel('企业名称').fill('别家')
  await page.getByLabel('第一个网点的名称').fill('别店')
  await page.getByLabel('姓名').fill('别人')
  await page.getByLabel('用户名').fill('other')
  await page.getByLabel('密码', { exact: true }).fill('蓝天白云-2026-晨')
  await page.getByLabel('再输一次密码').fill('蓝天白云-2026-晨')
  await page.getByRole('button', { name: '完成设置' }).click()
  await expect(page.locator('.ant-message-error, [role="alert"]').first()).toBeVisible()
  await expect(page).toHaveURL(/\/setup/)
})

test('a page asked for before the log-in is shown after it', async ({ page, demo }) => {
  await page.goto(`${demo.url}/settings/audit`)
  await expect(page).toHaveURL(/\/login\?next=/)
  await page.getByRole('button', { name: /^审计员/ }).click()
  await expect(page.getByRole('heading', { level: 1, name: '审计' })).toBeVisible()
})

test('a wrong password is refused in words and says nothing about the user', async ({ page, demo }) => {
  await page.goto(`${demo.url}/login`)
  await page.getByLabel('用户名').fill('nobody')
  await page.getByLabel('密码', { exact: true }).fill('wrong-password')
  await page.getByRole('button', { name: '登录', exact: true }).click()
  await expect(page.getByRole('alert').filter({ hasText: '用户名或密码不正确' })).toBeVisible()
})

test('navigation shows what the role may open', async ({ page, demo }) => {
  await enter(page, demo, 'clerk')
  const nav = page.getByRole('navigation', { name: '主导航' })
  await expect(nav.getByRole('link', { name: '导入' })).toBeVisible()
  await expect(nav.getByRole('link', { name: '设置' })).toHaveCount(0)
  await expect(nav.getByRole('link', { name: '统计' })).toHaveCount(0)
})

test('the palette leads by pinyin initials and finds customers', async ({ page, demo }) => {
  await enter(page, demo, 'agent')
  await page.keyboard.press('Control+k')
  await page.getByPlaceholder('搜索客户、车牌、电话或功能').fill('khda')
  await page.keyboard.press('Enter')
  await expect(page.getByRole('heading', { level: 1, name: '客户档案' })).toBeVisible()
})

test('log out ends the session', async ({ page, demo }) => {
  await enter(page, demo, 'agent')
  await page.getByRole('button', { name: /的菜单$/ }).click()
  await page.getByRole('menuitem', { name: '退出登录' }).click()
  await expect(page).toHaveURL(/\/login/)
  await page.goto(`${demo.url}/today`)
  await expect(page).toHaveURL(/\/login\?next=/)
})
