import type { BrowserContext, Page } from '@playwright/test'

export interface Part {
  path: string
  /** Bytes as they travel, compressed, without the head of the answer. */
  bytes: number
}

/** Opens a page that nothing of is stored yet; what is fetched from then on, without the answers of the interface. */
export async function weigh(context: BrowserContext, act: (page: Page) => Promise<void>): Promise<Part[]> {
  const page = await context.newPage()
  const network = await context.newCDPSession(page)
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
  await act(page)
  await page.close()
  return [...paths].map(([id, path]) => ({ path, bytes: weights.get(id) ?? 0 })).sort((a, b) => b.bytes - a.bytes)
}
