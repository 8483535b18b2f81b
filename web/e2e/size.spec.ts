import { enter, expect, test } from './test.ts'

/** Of all scripts, styles and pictures, compressed as they travel, without the heads of the answers. */
const BUDGET = 350_000

test('the first page after the log-in weighs at most 350 kB', async ({ page, demo, context }) => {
  await enter(page, demo, 'agent')
  const cookies = await context.cookies()
  const other = await context.browser()?.newContext({ locale: 'zh-CN' })
  if (!other) throw new Error('no browser')
  await other.addCookies(cookies)
  const cold = await other.newPage()
  const network = await other.newCDPSession(cold)
  await network.send('Network.enable')
  const paths = new Map<string, string>()
  const weights = new Map<string, number>()
  network.on('Network.requestWillBeSent', ({ requestId, request }) => {
    const { pathname } = new URL(request.url)
    if (!pathname.startsWith('/api/')) paths.set(requestId, pathname)
  })
  network.on('Network.dataReceived', ({ requestId, encodedDataLength }) =>
    weights.set(requestId, (weights.get(requestId) ?? 0) + encodedDataLength),
  )
  await cold.goto(`${demo.url}/today`)
  await expect(cold.getByRole('row').nth(1)).toBeVisible()
  await other.close()
  const parts = [...paths].map(([id, path]) => `${weights.get(id) ?? 0} ${path}`)
  const weight = [...paths.keys()].reduce((sum, id) => sum + (weights.get(id) ?? 0), 0)
  expect(weight, parts.join('\n')).toBeGreaterThan(50_000)
  expect(weight, parts.join('\n')).toBeLessThanOrEqual(BUDGET)
})
