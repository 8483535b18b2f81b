import { enter, expect, test } from './test.ts'

/** Of all scripts, styles and pictures, as they travel. */
const BUDGET = 350_000

test.fixme('the first page after the log-in weighs at most 350 kB', async ({ page, demo, context }) => {
  await enter(page, demo, 'agent')
  const cookies = await context.cookies()
  const other = await context.browser()?.newContext({ locale: 'zh-CN' })
  if (!other) throw new Error('no browser')
  await other.addCookies(cookies)
  const cold = await other.newPage()
  const network = await other.newCDPSession(cold)
  await network.send('Network.enable')
  const urls = new Map<string, string>()
  let weight = 0
  const parts: string[] = []
  network.on('Network.requestWillBeSent', ({ requestId, request }) => urls.set(requestId, request.url))
  network.on('Network.loadingFinished', ({ requestId, encodedDataLength }) => {
    const url = urls.get(requestId) ?? ''
    if (url.includes('/api/')) return
    weight += encodedDataLength
    parts.push(`${encodedDataLength} ${new URL(url).pathname}`)
  })
  await cold.goto(`${demo.url}/today`)
  await expect(cold.getByRole('row').nth(1)).toBeVisible()
  await other.close()
  expect(weight, parts.join('\n')).toBeGreaterThan(50_000)
  expect(weight, parts.join('\n')).toBeLessThanOrEqual(BUDGET)
})
