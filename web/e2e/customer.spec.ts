import { customer } from './firm.ts'
import { expect, expectAccessible, settled, test } from './test.ts'

test('a customer is found by pinyin; the phone is hidden until somebody asks, which is recorded', async ({
  seat,
  firm,
}) => {
  const { id } = await customer(firm, { name: '欧阳文轩', phone: '138 1234 6217', plate: '川A6X217' })
  const page = await seat('agent')
  const seen: string[] = []
  page.on('response', async (answer) => {
    if (answer.url().includes('/api/') && !answer.url().includes('/reveal') && !answer.url().includes('/events'))
      seen.push(await answer.text().catch(() => ''))
  })

  await page.goto('/customers')
  const search = page.getByRole('searchbox', { name: '姓名、拼音、电话、车牌、编号' })
  for (const words of ['ouyangwx', 'oywx', '文轩', '6217', '川A6X217', '6x217']) {
    await search.fill(words)
    await expect(page.getByRole('row').filter({ hasText: '欧阳文轩' }), words).toContainText('138****6217')
  }
  await page.keyboard.press('Control+k')
  await page.getByPlaceholder('搜索客户、车牌、电话或功能').fill('oywx')
  await page.getByRole('option').filter({ hasText: '欧阳文轩' }).click()

  await expect(page).toHaveURL(new RegExp(`/customers/${id}`))
  await settled(page)
  const head = page.getByRole('main').locator('header').first()
  await expect(head).toContainText('138****6217')
  await expectAccessible(page)
  expect(seen.join('\n')).not.toContain('13812346217')

  await head.getByRole('button', { name: /^显示/ }).click()
  await expect(head).toContainText(/138\s?1234\s?6217/)
  await expect(page.getByText(/今天还可.*\d+ 次/).first()).toBeVisible()

  const { items } = await firm.desk('auditor').get('/audit?limit=20')
  const entry = items.find((each: { action: string }) => each.action.includes('reveal'))
  expect(entry).toMatchObject({ subject_id: id, actor_name: firm.nameOf('agent') })
  expect(JSON.stringify(entry)).not.toContain('13812346217')
})

test('a technician sees no customer of others, and no full number', async ({ seat, firm }) => {
  const { id } = await customer(firm, { name: '不归技师管', phone: '13800009999' })
  const page = await seat('technician')
  await page.goto('/customers')
  await settled(page)
  await page.getByRole('searchbox').first().fill('buguijishiguan')
  await expect(page.getByText('没有符合条件的客户')).toBeVisible()
  await page.goto(`/customers/${id}`)
  await expect(page.getByRole('alert')).toBeVisible()
})
