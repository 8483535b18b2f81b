import type { Page } from '@playwright/test'
import { customer, loginOf, PASSWORD, repair, taskOf } from './firm.ts'
import { expect, settled, test } from './test.ts'

/** What a browser would run if it took one of these texts for a piece of the page. */
const SCRIPTS = ['<script>window.hit=1</script>', '"><img src=x onerror="window.hit=1">', '<svg onload="window.hit=1">']
const LINK = 'javascript:window.hit=1'

/** Notes what must not happen: dialogs, other sites, elements made of text. */
async function watch(page: Page, home: string): Promise<() => Promise<void>> {
  const seen: string[] = []
  page.on('dialog', (dialog) => {
    seen.push(`dialog: ${dialog.message()}`)
    void dialog.dismiss()
  })
  page.on('request', (request) => {
    const url = new URL(request.url())
    if (!['data:', 'blob:'].includes(url.protocol) && url.origin !== home) seen.push(`request: ${url.href}`)
  })
  return async () => {
    const found = await page.evaluate(() => ({
      hit: 'hit' in window,
      injected: document.querySelectorAll('img[src="x"], [onerror], [onload], body script:not([src])').length,
      links: [...document.querySelectorAll('a[href], form[action], iframe')].filter((each) =>
        /^\s*javascript:/i.test(
          each.getAttribute('href') ?? each.getAttribute('action') ?? each.getAttribute('src') ?? '',
        ),
      ).length,
    }))
    expect({ ...found, seen }, page.url()).toEqual({ hit: false, injected: 0, links: 0, seen: [] })
  }
}

test('what looks like a script is shown as text wherever it is shown', async ({ firm, seat }) => {
  test.setTimeout(240_000)
  const evil = SCRIPTS.join(' ')
  const leader = firm.desk('leader')
  const director = firm.desk('director')
  const admin = firm.desk('admin')

  const who = await customer(firm, { name: `王${SCRIPTS[0]}`, phone: '13800138111', plate: '川A7F3K3' })
  const card = await leader.get(`/customers/${who.id}`)
  expect(card.row.name).toContain('<script>')
  await leader.post(`/customers/${who.id}/notes`, { text: `${evil} ${LINK}` })
  await leader.post('/orders', {
    customer_id: who.id,
    kind: 'sale',
    ordered_at: Date.now(),
    revenue_fen: 100,
    title: LINK,
    branch_id: firm.branchId,
  })
  const [plan] = await director.get('/plans')
  await director.post('/plans', {
    name: SCRIPTS[1],
    kind: 'care',
    trigger: 'no_visit',
    days: 300,
    channel: 'phone',
    purpose: evil,
    opener: evil,
    permission_ask: evil,
    benefit: evil,
    recap_hint: evil,
    due_hours: 24,
    active: true,
  })
  expect(plan).toBeDefined()
  await admin.post('/teams', { branch_id: firm.branchId, name: SCRIPTS[2] })
  const [role] = await admin.get('/roles')
  await admin.post('/roles', { code: 'evil', name: SCRIPTS[1], scope: 'own', permissions: ['customer.read'] })
  await admin.post('/staff', { login: 'evil', name: SCRIPTS[0], branch_id: firm.branchId, role_ids: [role.id] })
  await admin.post('/tokens', { name: SCRIPTS[1], scopes: ['customer.read'], expires_in_days: 1 })

  await repair(firm, { customerId: who.id, assetId: who.assetId, category: '保养', days: 3 })
  const task = await taskOf(firm, who.id)
  const caller = loginOf(firm, task.assignee_id)
  const draft = {
    scores: { result: 1 },
    permission: 'yes',
    dissatisfied: true,
    problem: evil,
    verbatim: evil,
    note: evil,
    discussed: evil,
    agreed: evil,
    planned: LINK,
    responsible_id: firm.staffId('technician'),
  }
  await firm.desk(caller).put(`/tasks/${task.id}/sheet`, { draft, version: 0 })

  const watched = async (login: Parameters<typeof seat>[0], paths: string[]) => {
    const page = await seat(login)
    const check = await watch(page, new URL(firm.server.url).origin)
    for (const path of paths)
      await test.step(`${login} ${path}`, async () => {
        await page.goto(path)
        await settled(page)
        await check()
      })
    return { page, check }
  }

  await watched(caller, ['/today', `/tasks/${task.id}`])
  await firm.desk(caller).post(`/tasks/${task.id}/finish`, { outcome: 'reached', draft, version: 1, raise_slip: true })
  const { items } = await director.get(`/slips?customer_id=${who.id}`)
  const slip = items[0].id
  await firm.desk('technician').post(`/slips/${slip}/answer`, {
    answer: `${evil} ${LINK}`,
    password: PASSWORD,
    version: items[0].version,
  })

  await watched('leader', [
    '/today?who=all',
    '/customers',
    `/customers?q=${encodeURIComponent('王')}`,
    `/customers/${who.id}`,
    `/customers/${who.id}/edit`,
    '/customers/services',
    `/tasks/${task.id}`,
    '/slips',
    `/slips/${slip}`,
    '/plans',
    '/rates',
  ])
  const { page, check } = await watched('admin', [
    '/settings/users',
    '/settings/roles',
    '/settings/branches',
    '/settings/tokens',
    '/settings/audit',
    '/imports',
    '/pyramid',
    `/customers/${who.id}?tab=${encodeURIComponent(evil)}`,
    `/nowhere/${encodeURIComponent('<img src=x onerror=alert(1)>')}`,
  ])
  await page.goto(`/customers/${who.id}`)
  await expect(page.getByText('<script>window.hit=1</script>').first()).toBeVisible()
  await page.keyboard.press('Control+k')
  await page.getByPlaceholder('搜索客户、车牌、电话或功能').fill('川A7F3K3')
  await expect(page.getByRole('option').filter({ hasText: '<script>' }).first()).toBeVisible()
  await check()
})

test('the log-in never leads to another site', async ({ page, demo }) => {
  const { demo_logins } = await (await fetch(`${demo.url}/api/v1/login-options`)).json()
  const { name } = demo_logins.find((each: { login: string }) => each.login === 'auditor')
  const home = new URL(demo.url).origin
  for (const next of [
    'https://evil.example',
    '//evil.example',
    '/\\evil.example',
    '/\t/evil.example',
    '\\\\evil.example',
    'javascript:alert(1)',
    'data:text/html,x',
    '/login?next=//evil.example',
  ]) {
    const check = await watch(page, home)
    await page.goto(`${demo.url}/login?next=${encodeURIComponent(next)}`)
    await page.getByRole('button', { name }).click()
    await page.getByRole('navigation', { name: '主导航' }).waitFor()
    expect(new URL(page.url()).origin, next).toBe(home)
    await check()
    await page.context().clearCookies()
  }
})

test('no other page may show ours in a frame, nor may a script of elsewhere run in it', async ({ browser, demo }) => {
  // A page of its own, for what is blocked is an error on the console.
  const page = await browser.newPage()
  const answer = await page.goto(`${demo.url}/login`)
  const headers = answer?.headers() ?? {}
  expect(headers['content-security-policy']).toContain("frame-ancestors 'none'")
  expect(headers['content-security-policy']).toContain("script-src 'self'")
  expect(headers['x-content-type-options']).toBe('nosniff')
  const blocked = page.waitForEvent('console', (message) => message.text().includes('Content Security Policy'))
  await page.evaluate(() => {
    const script = document.createElement('script')
    script.textContent = 'window.hit = 1'
    document.body.append(script)
  })
  await blocked
  expect(await page.evaluate(() => 'hit' in window)).toBe(false)
  await page.close()
})
