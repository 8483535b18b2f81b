import { enter, expect, test } from './test.ts'
import { weigh } from './weight.ts'

/** Of all scripts, styles and pictures, compressed as they travel, without the heads of the answers. */
const BUDGET = 350_000
/** Of one script among them. */
const CHUNK = 160_000

test('the first page after the log-in weighs at most 350 kB, no script of it over 160 kB', async ({ page, demo }) => {
  await enter(page, demo, 'agent')
  const cold = await page.context().browser()?.newContext({ locale: 'zh-CN' })
  if (!cold) throw new Error('no browser')
  await cold.addCookies(await page.context().cookies())
  const parts = await weigh(cold, async (first) => {
    await first.goto(`${demo.url}/today`)
    await expect(first.getByRole('row').nth(1)).toBeVisible()
  })
  await cold.close()
  const list = parts.map(({ path, bytes }) => `${bytes} ${path}`).join('\n')
  const weight = parts.reduce((sum, { bytes }) => sum + bytes, 0)
  expect(weight, list).toBeGreaterThan(50_000)
  expect(weight, list).toBeLessThanOrEqual(BUDGET)
  expect(parts.filter(({ path, bytes }) => path.endsWith('.js') && bytes > CHUNK)).toEqual([])
})
