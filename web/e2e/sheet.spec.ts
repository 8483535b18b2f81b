import { customer, type Firm, loginOf, repair, taskOf } from './firm.ts'
import { expect, expectAccessible, expectNoOverflow, rate, settled, test } from './test.ts'

/** A customer whose repair is over and who is to be called now. */
async function due(firm: Firm, name: string, phone: string) {
  const who = await customer(firm, { name, phone })
  await repair(firm, { customerId: who.id, days: 3 })
  const task = await taskOf(firm, who.id)
  return { task, login: loginOf(firm, task.assignee_id) }
}

test('a call sheet on a telephone: everything in reach, nothing lost, no answer leads to another time', async ({
  firm,
  seat,
}) => {
  const { login, task } = await due(firm, '徐立新', '13700002222')
  const page = await seat(login, { width: 390 })
  await page.goto('/today')
  await settled(page)
  await expectNoOverflow(page)
  await page.getByRole('link').filter({ hasText: '徐立新' }).click()
  await expect(page.getByText('137****2222')).toBeVisible()
  await expectNoOverflow(page)
  await expectAccessible(page)

  const row = page.getByRole('group', { name: /^结果度/ })
  const mark = row.getByRole('radio', { name: /^4 / })
  const target = await mark.locator('xpath=..').boundingBox()
  expect(Math.min(target?.width ?? 0, target?.height ?? 0), 'big enough for a thumb').toBeGreaterThanOrEqual(44)
  await rate(page, '结果度', 4)
  await expect(mark).toBeChecked()
  await page.getByRole('textbox', { name: '客户原话' }).fill('在开会，晚点再打')
  await expect(page.getByText(/已保存/)).toBeVisible()
  await page.reload()
  await expect(page.getByRole('textbox', { name: '客户原话' })).toHaveValue('在开会，晚点再打')
  await expect(mark).toBeChecked()

  await page.getByRole('button', { name: '无人接听' }).tap()
  await expectNoOverflow(page)
  await page.getByRole('button', { name: /^确认/ }).tap()
  await expect(page.getByText(/徐立新：无人接听/)).toBeVisible()
  const after = await firm.desk('leader').get(`/tasks/${task.id}`)
  expect(after.attempts).toHaveLength(1)
  expect(after.task.status).toBe('open')
  expect(after.task.not_before).toBeGreaterThan(Date.now())
})

test('a call sheet without a mouse, from today to done', async ({ firm, seat }) => {
  const { login, task } = await due(firm, '何静', '13700003333')
  const page = await seat(login)
  await page.goto('/today')
  await settled(page)
  const rows = await page.getByRole('row').filter({ hasText: '拨打' }).count()
  for (let at = 0; at < rows; at += 1) {
    await page.keyboard.press('j')
    if ((await page.locator(':focus').innerText()).includes('何静')) break
  }
  await page.keyboard.press('Enter')
  await expect(page.getByRole('heading', { level: 1 })).toContainText('何静')

  await expect(page.locator('#sheet-permission input').first()).toBeFocused()
  await page.keyboard.press('Space')
  await page.keyboard.press('Alt+q')
  await page.keyboard.type('54545')
  await expect(page.getByRole('textbox', { name: '客户原话' })).toBeFocused()
  await page.keyboard.type('都挺好')
  await page.keyboard.press('Alt+r')
  await page.keyboard.type('车况正常')
  await page.keyboard.press('Control+s')
  await expect(page.getByText(/已保存/)).toBeVisible()
  await page.keyboard.press('Alt+1')
  await expect(page.getByRole('button', { name: /^确认/ })).toBeFocused()
  await page.keyboard.press('Control+Enter')
  await expect(page.getByText('何静：接通完成')).toBeVisible()

  const done = await firm.desk('leader').get(`/tasks/${task.id}`)
  expect(done.task.status).toBe('done')
  expect(done.draft).toMatchObject({
    permission: 'yes',
    verbatim: '都挺好',
    discussed: '车况正常',
    scores: { result: 5, tangibles: 4, responsiveness: 5, empathy: 4, contrast: 5 },
  })
})

test('two windows write the same sheet, and neither loses a word', async ({ firm, seat }) => {
  const { login, task } = await due(firm, '罗敏', '13700004444')
  const one = await seat(login)
  const two = await seat(login)
  await one.goto(`/tasks/${task.id}`)
  await two.goto(`/tasks/${task.id}`)
  await settled(two)
  await one.getByLabel('谈到了什么').fill('空调异味')
  await expect(one.getByText(/已保存/)).toBeVisible()
  await two.getByRole('textbox', { name: '客户原话' }).fill('有股霉味')
  await expect(two.getByText(/已保存/)).toBeVisible()
  await expect(two.getByLabel('谈到了什么')).toHaveValue('空调异味')
  const sheet = await firm.desk('leader').get(`/tasks/${task.id}`)
  expect(sheet.draft).toMatchObject({ discussed: '空调异味', verbatim: '有股霉味' })
})
