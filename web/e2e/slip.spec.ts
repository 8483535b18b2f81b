import { pdfFonts, pdfPages, pdfText } from './files.ts'
import { customer, loginOf, PASSWORD, pause, repair, taskOf } from './firm.ts'
import { expect, expectAccessible, rate, settled, test } from './test.ts'

const PROBLEM = '变速箱低速顿挫，返修一次仍未解决'
const ANSWER = '更换换挡电磁阀并重新匹配，与客户一起路试 12 公里，顿挫消失'

test('plan → task → sheet → dissatisfied → slip → sign → countersign → confirm → closed @both', async ({
  firm,
  seat,
}, info) => {
  test.setTimeout(120_000)

  await test.step('the director makes a plan for body work', async () => {
    const page = await seat('director')
    await page.goto('/plans')
    await page.getByRole('button', { name: '新建计划' }).click()
    const form = page.getByRole('dialog', { name: '新建回访计划' })
    await form.getByLabel('计划名称').fill('钣喷交车回访')
    await form.getByLabel('天数').fill('3')
    await form.getByLabel('只限维修类型').fill('钣喷')
    await form.getByLabel('目的').fill('钣喷交车后质量回访')
    await form.getByLabel('自我介绍').fill('您好，我是晨光的回访专员。')
    await form.getByLabel('征得同意').fill('您现在方便说两分钟吗？')
    await form.getByLabel('对客户的好处').fill('有不满意的，我们马上安排人处理。')
    await form.getByRole('button', { name: '保存' }).click()
    await expect(page.getByText('已保存计划「钣喷交车回访」')).toBeVisible()
    await expect(page.getByRole('row').filter({ hasText: '钣喷交车回访' })).toBeVisible()
  })
  // The plan for all repairs would ask the same customer a second time.
  const director = firm.desk('director')
  for (const plan of await director.get('/plans')) if (plan.name !== '钣喷交车回访') await pause(director, plan)

  const who = await customer(firm, { name: '王建国', phone: '13800138000', plate: '川A7F3K2' })
  await repair(firm, { customerId: who.id, assetId: who.assetId, category: '钣喷', days: 3 })
  const task = await taskOf(firm, who.id)
  const caller = loginOf(firm, task.assignee_id)
  expect(caller, 'who served does not call').not.toBe('agent')

  const number = await test.step('the caller fills in the sheet and raises a slip', async () => {
    const page = await seat(caller)
    await page.goto('/today')
    const row = page.getByRole('row').filter({ hasText: '王建国' })
    await expect(row).toContainText('修完 3 天')
    await row.getByRole('link', { name: /^拨打/ }).click()
    await expect(page.getByText('您好，我是晨光的回访专员。')).toBeVisible()
    await expect(page.getByText('138****8000')).toBeVisible()
    await page.getByText('方便', { exact: true }).click()
    for (const [factor, score] of [
      ['结果度', 1],
      ['有形度', 4],
      ['反应度', 2],
      ['情感度', 5],
    ] as const)
      await rate(page, factor, score)
    await page.getByRole('textbox', { name: '客户原话' }).fill('修了两次还是一顿一顿的，我没时间再跑了')
    await page.getByRole('checkbox', { name: '客户不满意，开反馈单' }).check()
    await page.getByRole('textbox', { name: '要解决的问题' }).fill(PROBLEM)
    await page.getByRole('combobox', { name: '由谁处理' }).click()
    await page
      .locator('.ant-select-item-option')
      .filter({ hasText: firm.nameOf('technician') })
      .click()
    await page.getByLabel('和客户说定了什么').fill('今天下班前由技师回电')
    await page.getByRole('button', { name: '接通完成' }).click()
    await expect(page.getByText('同时开出反馈单，交给所选责任人。')).toBeVisible()
    await expectAccessible(page)
    await page.getByRole('button', { name: /^确认/ }).click()
    const told = page.getByText(/已开反馈单 FK-\d{8}-\d+/)
    await expect(told).toBeVisible()
    return /FK-\d{8}-\d+/.exec(await told.innerText())?.[0] ?? ''
  })

  const slipPath = await test.step('the technician answers and signs', async () => {
    const page = await seat('technician')
    await page.goto('/slips')
    await page.getByRole('row').filter({ hasText: '王建国' }).locator('a[href^="/slips/"]').click()
    await expect(page.getByRole('heading', { level: 1, name: `反馈单 ${number}` })).toBeVisible()
    await page.getByLabel('处理结果').fill(ANSWER)
    await page.getByLabel('再次输入登录密码，作为签字').fill('不是这个密码')
    await page.getByRole('button', { name: '签字', exact: true }).click()
    await expect(page.locator('.ant-form-item-explain-error')).toBeVisible()
    await expect(page.getByLabel('处理结果')).toHaveValue(ANSWER)
    await page.getByLabel('再次输入登录密码，作为签字').fill(PASSWORD)
    await page.getByRole('button', { name: '签字', exact: true }).click()
    await expect(page.getByText('已签字，等待会签')).toBeVisible()
    return new URL(page.url()).pathname
  })

  await test.step('the director countersigns', async () => {
    const page = await seat('director')
    await page.goto(slipPath)
    await page.getByLabel('会签意见').fill('同意，请回访确认')
    await page.getByLabel('再次输入登录密码，作为签字').fill(PASSWORD)
    await page.getByRole('button', { name: '会签', exact: true }).click()
    await expect(page.getByText('已会签，将安排另一位同事回访确认')).toBeVisible()
  })

  const confirming = await taskOf(firm, who.id)
  expect(confirming.reason_code).toBe('slip_confirm')
  const confirmer = confirming.assignee_id ? loginOf(firm, confirming.assignee_id) : 'leader'
  expect([caller, 'technician', 'director', 'agent']).not.toContain(confirmer)

  await test.step('somebody else asks the customer, who is satisfied now', async () => {
    const page = await seat(confirmer)
    await page.goto('/today')
    await page.getByRole('row').filter({ hasText: '王建国' }).getByRole('link', { name: /^拨打/ }).click()
    await expect(page.getByText(ANSWER).first()).toBeVisible()
    await page.getByText('满意，结单', { exact: true }).click()
    await rate(page, '结果度', 5)
    await page.getByRole('button', { name: '接通完成' }).click()
    await page.getByRole('button', { name: /^确认/ }).click()
    await expect(page.getByText(`反馈单 ${number} 已结`)).toBeVisible()
  })

  await test.step('the slip is closed, and printed in duplicate', async () => {
    const page = await seat('leader')
    await page.goto(slipPath)
    await settled(page)
    await expect(page.getByRole('main').getByText('已结').first()).toBeVisible()
    for (const name of [firm.nameOf('technician'), firm.nameOf('director'), firm.nameOf(confirmer)])
      await expect(page.getByText(name).first()).toBeVisible()
    await expectAccessible(page)

    const href = await page.getByRole('link', { name: '打印一式两份' }).getAttribute('href')
    const file = info.outputPath('slip.pdf')
    const { writeFileSync } = await import('node:fs')
    writeFileSync(file, await firm.desk('leader').bytes(String(href).replace('/api/v1', '')))
    expect(pdfPages(file)).toBe(1)
    const text = pdfText(file).replaceAll(/\s+/g, '')
    expect(text.split(number).length - 1, 'the number stands on both copies').toBeGreaterThanOrEqual(2)
    for (const words of ['王建国', PROBLEM, '更换换挡电磁阀', firm.nameOf('technician'), firm.nameOf('director')])
      expect(text.split(words.replaceAll(/\s+/g, '')).length - 1, words).toBeGreaterThanOrEqual(2)
    const fonts = pdfFonts(file)
    expect(fonts.length).toBeGreaterThan(0)
    for (const font of fonts) expect(font).toMatchObject({ embedded: true, subset: true })
  })

  await test.step('the figures count what happened', async () => {
    const page = await seat('director')
    await page.goto('/rates?figure=slips_closed')
    const drawer = page.getByRole('dialog', { name: '已结反馈单明细' })
    await expect(drawer.getByRole('link', { name: number })).toBeVisible()
    await expect(drawer.getByRole('link', { name: '王建国' })).toBeVisible()
  })
})
