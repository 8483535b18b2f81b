import { readFileSync } from 'node:fs'
import type { Page } from '@playwright/test'
import { workbook } from './files.ts'
import { enter, expect, expectAccessible, settled, test } from './test.ts'

/** All rows behind a number, however many pages. */
async function rowsIn(page: Page): Promise<number> {
  const drawer = page.getByRole('dialog')
  await expect(drawer.locator('[aria-busy="true"]')).toHaveCount(0)
  const more = drawer.getByRole('button', { name: '加载更多' })
  while (await more.isVisible()) {
    const before = await drawer.locator('tbody tr').count()
    await more.click()
    await expect.poll(() => drawer.locator('tbody tr').count()).toBeGreaterThan(before)
  }
  return drawer.locator('tbody tr').count()
}

test('rates: a number leads to exactly its rows, and the rows to their customers', async ({ page, demo }) => {
  await enter(page, demo, 'service_director', '/rates?by=branch')
  await settled(page)
  const card = page.getByRole('region', { name: '总体' })
  await card.getByRole('button', { name: '回访率 · 计算方法' }).click()
  await expect(page.getByRole('tooltip')).toContainText('已接通 ÷ 应回访')
  await page.keyboard.press('Escape')

  const closed = page.getByTitle('已结反馈单明细')
  const n = Number(await closed.innerText())
  expect(n).toBeGreaterThan(0)
  await closed.click()
  await expect(page).toHaveURL(/figure=slips_closed/)
  expect(await rowsIn(page)).toBe(n)
  await page.goBack()
  await expect(page.getByRole('dialog')).toHaveCount(0)

  const link = page
    .getByRole('table', { name: '分组明细' })
    .getByTitle(/^未结的明细/)
    .first()
  const open = Number(await link.innerText())
  await link.click()
  expect(await rowsIn(page)).toBe(open)
  await expectAccessible(page)
  const row = page.getByRole('dialog').locator('tbody tr').first()
  const name = await row.getByRole('link').first().innerText()
  await row.getByRole('link').first().click()
  await expect(page).toHaveURL(/\/customers\//)
  await expect(page.getByRole('heading', { level: 1 })).toContainText(name)
})

test('rates: the workbook says what the page says', async ({ page, demo }) => {
  await enter(page, demo, 'service_director', '/rates?by=month&period=quarter')
  await settled(page)
  const shown = async (title: string) => page.getByTitle(title, { exact: true }).innerText()
  const due = await shown('应回访明细')
  const rate = await shown('回访率明细')

  const download = page.waitForEvent('download')
  await page.getByRole('button', { name: '导出为 XLSX' }).click()
  const file = await download
  expect(file.suggestedFilename()).toMatch(/\.xlsx$/)
  const sheets = workbook(readFileSync(await file.path()))
  expect([...sheets.keys()]).toEqual(['指标', '五度满意度', '分组'])
  const figures = sheets.get('指标') ?? []
  const line = (name: string) => figures.find((row) => row[0] === name) ?? []
  expect(Number(line('应回访')[1])).toBe(Number(due.replaceAll(',', '')))
  expect(Number(line('回访率')[1])).toBeCloseTo(Number.parseFloat(rate) / 100, 3)
  expect(line('回访率').join()).toContain('已接通 ÷ 应回访')
})

test('rates: an agent sees figures but takes none out of the house', async ({ page, demo }) => {
  await enter(page, demo, 'agent', '/rates')
  await settled(page)
  await expect(page.getByRole('button', { name: '导出为 XLSX' })).toHaveCount(0)
})

test('pyramid: heads per tier, a list behind each, and another ranking by profit', async ({ page, demo }) => {
  await enter(page, demo, 'service_director', '/pyramid')
  await settled(page)
  const tiers = page.getByRole('table', { name: '各级人数与金额' })
  const heads = (tier: string) =>
    tiers
      .getByRole('row', { name: new RegExp(`^${tier} `) })
      .getByRole('cell')
      .first()
  const a = Number(await heads('A').innerText())
  expect(a).toBeGreaterThan(0)

  await tiers.getByRole('link', { name: 'A 级名单' }).click()
  await expect(page).toHaveURL(/tier=A/)
  const list = page.getByRole('region', { name: 'A 级名单' })
  await expect(list.locator('tbody tr').first()).toBeVisible()
  const shown = await list.locator('tbody tr').count()
  expect(shown).toBe(Math.min(a, 50))
  await expect(list.locator('tbody tr').first()).toContainText('A 级客户')

  await page.getByRole('button', { name: '重新计算' }).click()
  const form = page.getByRole('dialog', { name: '重新计算' })
  await form.getByText('毛利').click()
  await form.getByRole('button', { name: '计算', exact: true }).click()
  await expect(page.getByText(/^按毛利排名/)).toBeVisible()
  await expect(page.getByText(/规则改为按销售额排名/)).toBeVisible()
  expect(Number(await heads('A').innerText())).toBe(a)
  await expectAccessible(page)
})
