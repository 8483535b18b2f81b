import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, expectAccessible, settled, test } from './test.ts'

const FILE = join(import.meta.dirname, 'fixtures/customers-gb18030.csv')

test('a messy GB18030 file is read, tried, brought in, and its error file says why', async ({ seat, firm }) => {
  const page = await seat('clerk')
  await page.goto('/imports')
  await settled(page)
  await expectAccessible(page)
  await page.locator('input[type="file"]').setInputFiles(FILE)

  await expect(page.getByRole('heading', { level: 1, name: 'customers-gb18030.csv' })).toBeVisible()
  await expect(page.getByText('GB18030').first()).toBeVisible()
  await expect(page.getByText('王建国').first(), 'the encoding was recognised').toBeVisible()
  await expectAccessible(page)
  await page.getByRole('button', { name: '试运行检查' }).click()

  const start = page.getByRole('button', { name: '开始导入' })
  await expect(start).toBeVisible()
  await expect(page.getByText('这只是试运行，还没有写入任何内容')).toBeVisible()
  const { count } = await firm.desk('clerk').get('/customers/count?q=ouyangnana')
  expect(count, 'nothing has been written yet').toBe(0)
  await expectAccessible(page)
  await start.click()
  await page.getByRole('dialog').getByRole('button', { name: '开始导入' }).click()
  await expect(page.getByText(/^导入完成，写入 5 行；有 2 行被退回/)).toBeVisible({ timeout: 30_000 })

  const download = page.waitForEvent('download')
  await page.getByRole('button', { name: '下载错误文件' }).click()
  const file = await download
  const errors = readFileSync(await file.path(), 'utf8')
  expect(errors.startsWith('\uFEFF'), 'Excel reads it as UTF-8').toBe(true)
  const lines = errors.slice(1).trimEnd().split(/\r?\n/)
  expect(lines).toHaveLength(3)
  expect(lines[0]).toMatch(/^客户编号.*行号.*退回原因$/)
  expect(lines[1]).toMatch(/^K004,.*,5,.*姓名.*缺少必填项/)
  expect(lines[2]).toMatch(/^K006,曾敏,.*,7,.*日期无法识别/)

  await page.getByRole('button', { name: '查看客户' }).click()
  const search = page.getByRole('searchbox', { name: '姓名、拼音、电话、车牌、编号' })
  for (const [words, name] of [
    ['oynn', '欧阳娜娜'],
    ['shanxiongxin', '单雄信'],
    ['7f3k2', '王建国'],
    ['maimaiti', '买买提·艾力'],
  ] as const) {
    await search.fill(words)
    await expect(page.getByRole('link', { name }), words).toBeVisible()
  }
})
