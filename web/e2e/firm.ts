import type { Page } from '@playwright/test'
import { type Server, until } from './server.ts'

/** Answers of the server, as far as the tests look into them. */
// biome-ignore lint/suspicious/noExplicitAny: the shape is the API's; what is wrong fails the test
type Json = any

/** One person's session, spoken to without a browser: for what a story needs but is not about. */
export class Desk {
  private cookie = ''

  constructor(
    private readonly url: string,
    readonly password = '',
  ) {}

  private async ask(method: string, path: string, body?: object): Promise<Response> {
    const answer = await fetch(`${this.url}/api/v1${path}`, {
      method,
      headers: {
        'x-liuke-request': '1',
        'content-type': 'application/json',
        ...(method === 'POST' ? { 'idempotency-key': crypto.randomUUID() } : {}),
        ...(this.cookie ? { cookie: this.cookie } : {}),
      },
      body: body ? JSON.stringify(body) : undefined,
    })
    const [set] = answer.headers.getSetCookie()
    if (set) this.cookie = set.split(';')[0] ?? ''
    return answer
  }

  private async call(method: string, path: string, body?: object): Promise<Json> {
    const answer = await this.ask(method, path, body)
    const text = await answer.text()
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`)
    return text === '' ? undefined : JSON.parse(text)
  }

  get(path: string): Promise<Json> {
    return this.call('GET', path)
  }
  post(path: string, body: object = {}): Promise<Json> {
    return this.call('POST', path, body)
  }
  put(path: string, body: object): Promise<Json> {
    return this.call('PUT', path, body)
  }

  /** A file. */
  async bytes(path: string): Promise<Buffer> {
    const answer = await this.ask('GET', path)
    if (!answer.ok) throw new Error(`GET ${path}: ${answer.status} ${await answer.text()}`)
    return Buffer.from(await answer.arrayBuffer())
  }

  /** The browser goes on as this person. */
  async sit(page: Page): Promise<void> {
    const [name = '', value = ''] = this.cookie.split('=')
    await page.context().addCookies([{ name, value, url: this.url, httpOnly: true }])
  }
}

export const PASSWORD = '蓝天白云-2026-晨'

/** Who works in the firm of the tests: login → name and role. */
const PEOPLE = {
  director: ['宋雅琴', 'service_director'],
  leader: ['何晓雯', 'team_leader'],
  agent: ['罗嘉', 'agent'],
  agent2: ['江雪', 'agent'],
  technician: ['邓建平', 'technician'],
  clerk: ['邱敏', 'clerk'],
  auditor: ['冯国栋', 'auditor'],
} as const

export type Login = keyof typeof PEOPLE | 'admin'

/** A small firm that has just been set up. */
export interface Firm {
  server: Server
  branchId: string
  desk: (login: Login) => Desk
  staffId: (login: Login) => string
  nameOf: (login: Login) => string
}

const DAY = 86_400_000

/** Founds a firm with one branch and a person per role; the default plans exist, calls are allowed at any hour. */
export async function found(server: Server): Promise<Firm> {
  const admin = new Desk(server.url, PASSWORD)
  const token = new URL(await server.setupLink()).searchParams.get('token')
  const session = await admin.post('/setup', {
    token,
    company: '晨光汽车服务',
    branch_name: '晨光高新店',
    login: 'admin',
    name: '陈晨',
    password: PASSWORD,
  })
  const branchId: string = session.staff.branch_id
  const roles: Json[] = await admin.get('/roles')
  const desks = new Map<Login, Desk>([['admin', admin]])
  const ids = new Map<Login, string>([['admin', session.staff.id]])
  const names = new Map<Login, string>([['admin', '陈晨']])
  for (const [login, [name, role]] of Object.entries(PEOPLE) as [keyof typeof PEOPLE, readonly [string, string]][]) {
    const role_ids = roles.filter((each) => each.code === role).map((each) => each.id)
    const made = await admin.post('/staff', { login, name, branch_id: branchId, role_ids })
    const desk = new Desk(server.url, PASSWORD)
    await desk.post('/invites/accept', {
      token: new URL(made.link, server.url).searchParams.get('token'),
      password: PASSWORD,
    })
    desks.set(login, desk)
    ids.set(login, made.staff.id)
    names.set(login, name)
  }
  const settings = await admin.get('/settings')
  await admin.put('/settings', { ...settings, contact_windows: [{ from: '00:00', to: '23:59' }] })
  await until('the default plans', async () => ((await admin.get('/plans')).length > 0 ? true : undefined))
  const of = <T>(map: Map<Login, T>, login: Login): T => {
    const found = map.get(login)
    if (found === undefined) throw new Error(`nobody is ${login}`)
    return found
  }
  return {
    server,
    branchId,
    desk: (login) => of(desks, login),
    staffId: (login) => of(ids, login),
    nameOf: (login) => of(names, login),
  }
}

export interface NewCustomer {
  name: string
  phone: string
  plate?: string
}

/** Takes a customer and a car into the archive. */
export async function customer(
  firm: Firm,
  { name, phone, plate }: NewCustomer,
): Promise<{ id: string; assetId?: string }> {
  const desk = firm.desk('leader')
  const made = await desk.post('/customers', {
    name,
    kind: 'person',
    phones: [{ number: phone, primary: true, do_not_use: false }],
    emails: [],
    keep_address: false,
    keep_birthday: false,
    stage: 'known',
    branch_id: firm.branchId,
    tags: [],
    consents: [{ channel: 'phone', purpose: 'service', granted: true }],
    do_not_call: false,
  })
  const id: string = made.row.id
  if (!plate) return { id }
  const asset = await desk.post(`/customers/${id}/assets`, { kind: 'vehicle', plate, model: '迈腾 330' })
  return { id, assetId: asset.id }
}

export interface Repair {
  customerId: string
  assetId?: string
  category?: string
  /** Days since the car was handed back; the default plan calls on the third. */
  days: number
}

/** A repair that is over; the agent 罗嘉 was the advisor, so another one calls. */
export async function repair(firm: Firm, { customerId, assetId, category, days }: Repair): Promise<string> {
  const closed = Date.now() - days * DAY
  const made = await firm.desk('leader').post('/service-records', {
    customer_id: customerId,
    asset_id: assetId ?? null,
    branch_id: firm.branchId,
    category: category ?? '保养',
    opened_at: closed - 7_200_000,
    closed_at: closed,
    close: true,
    advisor_id: firm.staffId('agent'),
    technician_id: firm.staffId('technician'),
    work: '更换变速箱油，检查异响',
    mileage_km: 58_240,
    revenue_fen: 128_000,
  })
  return made.id
}

/** Puts a plan to rest. */
export async function pause(desk: Desk, plan: Json): Promise<void> {
  const { id, branch_name: _, open_tasks: __, last_run_at: ___, ...input } = plan
  await desk.put(`/plans/${id}`, { ...input, active: false })
}

/** The open follow-up task of a customer, once the server has made it. */
export function taskOf(firm: Firm, customerId: string): Promise<Json> {
  return until('the follow-up task', async () => {
    const { items } = await firm.desk('leader').get(`/tasks?customer_id=${customerId}&status=open`)
    return items[0]
  })
}

/** The login of whoever a task has been given to. */
export function loginOf(firm: Firm, staffId: string): Login {
  const logins: Login[] = ['admin', 'director', 'leader', 'agent', 'agent2', 'technician', 'clerk', 'auditor']
  const found = logins.find((login) => firm.staffId(login) === staffId)
  if (!found) throw new Error(`nobody has the id ${staffId}`)
  return found
}
