import { enter, expect, test } from './test.ts'

test('a colleague is invited, chooses a password and works with the rights of the role', async ({
  page,
  demo,
  browser,
}) => {
  await enter(page, demo, 'administrator', '/settings/users')
  await page.getByRole('button', { name: '邀请员工' }).click()
  const form = page.getByRole('dialog', { name: '邀请员工' })
  await form.getByLabel('姓名').fill('试用员')
  await form.getByLabel('用户名').fill('shiyong')
  await form.getByLabel('网点').click()
  await page.locator('.ant-select-tree-node-content-wrapper').last().click()
  await form.getByLabel('角色').click()
  await page.locator('.ant-select-item-option').filter({ hasText: '审计员' }).click()
  await form.getByLabel('工号').fill('T-01')
  await form.getByRole('button', { name: '保存' }).click()
  const link = await page.getByRole('dialog', { name: '「试用员」的登录链接' }).locator('code').innerText()

  const other = await browser.newPage({ locale: 'zh-CN' })
  const { pathname, search } = new URL(link.trim(), demo.url)
  await other.goto(demo.url + pathname + search)
  await other.getByLabel('密码', { exact: true }).fill('云淡风轻-2026-试')
  await other.getByLabel('再输一次密码').fill('云淡风轻-2026-试')
  await other.getByRole('button', { name: '设置密码并登录' }).click()
  await expect(other.getByRole('button', { name: '试用员的菜单' })).toBeVisible()
  await other.goto(`${demo.url}/settings/users`)
  await expect(other.getByRole('heading', { level: 1, name: '员工' })).toBeVisible()
  await expect(other.getByRole('button', { name: '邀请员工' })).toHaveCount(0)
  await other.close()
})

test('unsaved changes are not lost by accident', async ({ page, demo }) => {
  await enter(page, demo, 'administrator', '/settings/general')
  await page.getByLabel('企业名称').fill('改了一半')
  await page.getByRole('navigation', { name: '主导航' }).getByRole('link', { name: '客户档案' }).click()
  await page.getByRole('button', { name: '继续填写' }).click()
  await expect(page.getByLabel('企业名称')).toHaveValue('改了一半')
})

test('the auditor verifies the chain and reads what was done', async ({ page, demo }) => {
  await enter(page, demo, 'auditor', '/settings/audit')
  await page.getByRole('button', { name: '校验记录链' }).click()
  await expect(page.getByRole('status').filter({ hasText: '完整' })).toBeVisible()
  await expect(page.getByRole('row').nth(1)).toBeVisible()
})
