import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser, BrowserContext, Page } from '@playwright/test'
import { BIN, type Server } from './server.ts'
import { enter, expect, test } from './test.ts'
import { weigh } from './weight.ts'

/**
 * Measures the browser against its budgets and prints a table: `npm run budgets` (release binary; the machine should be quiet).
 * Times are those of this machine: nothing fails by them.
 */

/** Customers in the archive, all of which are loaded into the list that is scrolled. */
const MANY = 10_000
/** How much slower than this machine the processor is. */
const SLOWER = Number(process.env.LIUKE_SLOWER ?? 4)
const RUNS = Number(process.env.LIUKE_RUNS ?? 5)
const ROWS_MS = 1000
const FPS = 30
const CHUNK = 160_000
const PAGE = 350_000

const PAGES = ['/today', '/customers']

declare global {
  interface Window {
    /** When the first row had been painted, ms after the navigation began. */
    lkRows?: number
    /** When each frame began. */
    lkFrames?: number[]
  }
}

const table: string[][] = [['what', 'budget', 'measured', '', 'runs']]

function note(what: string, budget: string, measured: string, good: boolean, runs = ''): void {
  table.push([what, budget, measured, good ? 'ok' : 'MISSED', runs])
}

test.describe.configure({ mode: 'serial' })

const NAMES = ['王建国', '欧阳娜娜', '单雄信', '买买提', '李静', '张伟', '刘洋', '陈思思', '赵敏', '黄磊']

test.afterAll(() => {
  const widths = table[0]?.map((_, at) => Math.max(...table.map((row) => (row[at] ?? '').length))) ?? []
  for (const row of table) console.log(row.map((cell, at) => cell.padEnd(widths[at] ?? 0)).join('  '))
})

for (const path of PAGES)
  test(`rows on screen: ${path}`, async ({ browser, demo }) => {
    const cookies = await cookiesOf(browser, demo)
    const cold: number[] = []
    const warm: number[] = []
    for (let run = 0; run < RUNS; run += 1) {
      const context = await seat(browser, cookies)
      cold.push(await rowsOnScreen(context, demo.url + path, SLOWER))
      // The browser keeps what it has compiled only of scripts that it has met before.
      for (let visit = 0; visit < 2; visit += 1) await rowsOnScreen(context, demo.url + path, 1)
      warm.push(await rowsOnScreen(context, demo.url + path, SLOWER))
      await context.close()
    }
    for (const [cache, times] of [
      ['nothing stored', cold],
      ['stored', warm],
    ] as const) {
      const middle = median(times)
      const runs = times.map((time) => Math.round(time)).join(' ')
      const what = `rows on screen, ${path}, ${SLOWER}x slower, ${cache}`
      note(what, `< ${ROWS_MS} ms`, `${Math.round(middle)} ms`, middle < ROWS_MS, runs)
    }
  })

test('scripts and styles of the first page', async ({ browser, demo }) => {
  const context = await seat(browser, await cookiesOf(browser, demo))
  const parts = await weigh(context, async (page) => {
    await page.goto(`${demo.url}/today`)
    await expect(page.getByRole('row').nth(1)).toBeVisible()
  })
  await context.close()
  const weight = parts.reduce((sum, { bytes }) => sum + bytes, 0)
  note('first page, compressed', `<= ${PAGE / 1000} kB`, kilo(weight), weight <= PAGE, `${parts.length} files`)
  const [largest] = parts.filter(({ path }) => path.endsWith('.js'))
  if (!largest) throw new Error('no script')
  note('its largest script', `<= ${CHUNK / 1000} kB`, kilo(largest.bytes), largest.bytes <= CHUNK, largest.path)
})

test(`scrolling ${MANY} rows`, async ({ browser, firm }) => {
  bringIn(firm.server)
  const context = await seat(browser, [])
  const page = await context.newPage()
  await firm.desk('admin').sit(page)
  await page.goto(`${firm.server.url}/customers`)
  const more = page.getByRole('button', { name: '加载更多' })
  const rows = page.getByRole('row')
  await expect(rows.nth(1)).toBeVisible()
  await loadRows(page)
  await expect(more).not.toBeAttached()
  const box = await page.locator('.ant-table-tbody-virtual').boundingBox()
  if (!box) throw new Error('no list to scroll')
  await page.mouse.move(box.x + box.width / 2, box.y + Math.min(box.height, 600) / 2)
  for (const [how, step] of [
    ['steady', 120],
    ['flung', 1200],
  ] as const) {
    const { fps, worst, frames, moved } = await scroll(page, step)
    expect(moved, 'the list has moved').toBeGreaterThan(1000)
    const seen = `${frames} frames, worst ${Math.round(worst)} ms, ${Math.round(moved)} px`
    note(`scrolling ${MANY} rows, ${how}`, `>= ${FPS} fps`, `${fps.toFixed(1)} fps`, fps >= FPS, seen)
  }
  await context.close()
})

/** Brings the customers in as an owner of the machine would. */
function bringIn(server: Server): void {
  const folder = mkdtempSync(join(tmpdir(), 'liuke-many-'))
  const file = join(folder, 'many.csv')
  const rows = Array.from({ length: MANY }, (_, at) => {
    const number = String(at).padStart(5, '0')
    return `K${number},${NAMES[at % NAMES.length]}${at},135${10_000_000 + at},川A${number},迈腾 330`
  })
  writeFileSync(file, ['客户编号,姓名,手机,车牌,车型', ...rows].join('\n'))
  execFileSync(BIN, ['import', '--database', server.database, file], { stdio: ['ignore', 'ignore', 'inherit'] })
  rmSync(folder, { recursive: true })
}

async function cookiesOf(browser: Browser, demo: Server) {
  const context = await browser.newContext({ locale: 'zh-CN' })
  await enter(await context.newPage(), demo, 'agent')
  const cookies = await context.cookies()
  await context.close()
  return cookies
}

type Cookies = Awaited<ReturnType<typeof cookiesOf>>

/** A browser that knows the log-in and nothing else. */
async function seat(browser: Browser, cookies: Cookies): Promise<BrowserContext> {
  const context = await browser.newContext({
    viewport: { width: 1440, height: 900 },
    locale: 'zh-CN',
    timezoneId: 'Asia/Shanghai',
  })
  await context.addCookies(cookies)
  await context.addInitScript(() => {
    const look = new MutationObserver(() => {
      if (!document.querySelector('tbody [data-row-link]')) return
      look.disconnect()
      // A message that is sent before the frame is drawn arrives after it.
      requestAnimationFrame(() => {
        const { port1, port2 } = new MessageChannel()
        port1.onmessage = () => {
          window.lkRows = performance.now()
        }
        port2.postMessage(0)
      })
    })
    look.observe(document, { childList: true, subtree: true })
  })
  return context
}

/** From the navigation until the first row of the list has been painted, ms. */
async function rowsOnScreen(context: BrowserContext, url: string, slower: number): Promise<number> {
  const page = await context.newPage()
  // The process of the site is there, as it is for somebody who opens the next tab.
  await page.goto(new URL('/seal.svg', url).toString())
  const processor = await context.newCDPSession(page)
  await processor.send('Emulation.setCPUThrottlingRate', { rate: slower })
  await page.goto(url, { waitUntil: 'commit' })
  await page.waitForFunction(() => window.lkRows !== undefined, undefined, { timeout: 60_000 })
  const time = await page.evaluate(() => window.lkRows ?? Number.NaN)
  await page.close()
  return time
}

/** Presses “more” until there is no more. */
async function loadRows(page: Page): Promise<void> {
  await page.evaluate(async () => {
    const button = () => [...document.querySelectorAll('button')].find((each) => each.textContent === '加载更多')
    for (let quiet = 0; quiet < 50; ) {
      const more = button()
      if (more) {
        if (!more.classList.contains('ant-btn-loading')) more.click()
        quiet = 0
      } else quiet += 1
      await new Promise((done) => setTimeout(done, 10))
    }
  })
}

/** Turns the wheel for two and a half seconds and counts the frames. */
async function scroll(page: Page, step: number) {
  const top = () => page.evaluate(() => document.querySelector('.ant-table-tbody-virtual-holder')?.scrollTop ?? 0)
  const before = await top()
  await page.evaluate(() => {
    const frames: number[] = []
    window.lkFrames = frames
    const tick = (now: number) => {
      if (window.lkFrames !== frames) return
      frames.push(now)
      requestAnimationFrame(tick)
    }
    requestAnimationFrame(tick)
  })
  const end = Date.now() + 2500
  while (Date.now() < end) {
    await page.mouse.wheel(0, step)
    await page.waitForTimeout(16)
  }
  const frames = await page.evaluate(() => {
    const frames = window.lkFrames ?? []
    window.lkFrames = undefined
    return frames
  })
  const gaps = frames.slice(1).map((time, at) => time - (frames[at] ?? time))
  const time = gaps.reduce((sum, gap) => sum + gap, 0)
  return {
    fps: (gaps.length / time) * 1000,
    worst: Math.max(...gaps),
    frames: gaps.length,
    moved: Math.abs((await top()) - before),
  }
}

function median(values: number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN
}

function kilo(bytes: number): string {
  return `${(bytes / 1000).toFixed(1)} kB`
}
