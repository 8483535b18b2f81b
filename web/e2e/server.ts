import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'

/** A running Liuke with a database of its own. */
export interface Server {
  url: string
  /** The address of its database. */
  database: string
  /** Everything it has printed so far. */
  output: () => string
  /** The one-time link of the first setup. */
  setupLink: () => Promise<string>
  stop: () => Promise<void>
}

export interface Start {
  /** The demonstration shop instead of an empty database. */
  demo?: boolean
  /** `sqlite` or `postgres`: the Playwright project. */
  engine?: string
}

export const BIN = resolve(process.env.LIUKE_BIN ?? join(import.meta.dirname, '../../target/debug/liuke'))

/** Where `setup.ts` has put the demonstration shop. */
const DEMO = 'LIUKE_E2E_DEMO'

function freePort(): Promise<number> {
  return new Promise((done, fail) => {
    const probe = createServer()
    probe.on('error', fail)
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address()
      probe.close(() => (address && typeof address === 'object' ? done(address.port) : fail(new Error('no port'))))
    })
  })
}

function psql(sql: string): void {
  execFileSync('psql', [process.env.LIUKE_E2E_PG ?? '', '-qc', sql])
}

/** Looks until something is there. */
export async function until<T>(
  what: string,
  look: () => Promise<T | undefined> | T | undefined,
  ms = 60_000,
): Promise<T> {
  const end = Date.now() + ms
  for (;;) {
    const seen = await look()
    if (seen !== undefined) return seen
    if (Date.now() > end) throw new Error(`waited in vain for ${what}`)
    await new Promise((done) => setTimeout(done, 100))
  }
}

/** Makes the demonstration shop, once for all tests; one that is there already (LIUKE_E2E_DEMO=FILE) is taken as it is. */
export function makeDemo(): () => void {
  if (process.env[DEMO]) return () => undefined
  const folder = mkdtempSync(join(tmpdir(), 'liuke-demo-'))
  const file = join(folder, 'demo.db')
  execFileSync(BIN, ['demo', '--database', `sqlite:${file}`], { cwd: folder, stdio: ['ignore', 'ignore', 'inherit'] })
  process.env[DEMO] = file
  return () => rmSync(folder, { recursive: true, force: true })
}

/** A fresh database, or a copy of the demonstration shop. */
function database(folder: string, { demo, engine }: Start): { url: string; drop: () => void } {
  if (engine === 'postgres' && !demo) {
    const name = `e2e_${process.pid}_${Date.now()}`
    psql(`CREATE DATABASE ${name}`)
    const url = new URL(process.env.LIUKE_E2E_PG ?? '')
    url.pathname = `/${name}`
    return { url: url.toString(), drop: () => psql(`DROP DATABASE ${name} WITH (FORCE)`) }
  }
  const data = join(folder, 'data')
  mkdirSync(data)
  const file = join(data, demo ? 'demo.db' : 'liuke.db')
  // What has not been moved from the journal into the file yet belongs to it.
  if (demo)
    for (const part of ['', '-wal']) {
      const from = `${process.env[DEMO]}${part}`
      if (existsSync(from)) copyFileSync(from, file + part)
    }
  return { url: `sqlite:${file}`, drop: () => undefined }
}

/** Starts `liuke serve` on a free port, in a folder that goes away with it. */
export async function start(wanted: Start = {}): Promise<Server> {
  const port = await freePort()
  const folder = mkdtempSync(join(tmpdir(), 'liuke-e2e-'))
  const url = `http://127.0.0.1:${port}`
  const { url: db, drop } = database(folder, wanted)
  const words = ['serve', ...(wanted.demo ? ['--demo'] : []), '--listen', `127.0.0.1:${port}`, '--database', db]
  const child: ChildProcess = spawn(BIN, words, { cwd: folder })
  let printed = ''
  const hear = (data: Buffer) => {
    printed += data.toString()
  }
  child.stdout?.on('data', hear)
  child.stderr?.on('data', hear)
  const ended = new Promise<void>((done) => child.once('exit', () => done()))
  const stop = async () => {
    if (child.exitCode === null && child.signalCode === null) child.kill('SIGTERM')
    await ended
    drop()
    rmSync(folder, { recursive: true, force: true })
  }
  try {
    await until(`the server at ${url}`, async () => {
      if (child.exitCode !== null) throw new Error(`liuke ended with ${child.exitCode}:\n${printed}`)
      const answer = await fetch(`${url}/readyz`).catch(() => undefined)
      return answer?.ok ? true : undefined
    })
  } catch (error) {
    await stop()
    throw error
  }
  return {
    url,
    database: db,
    output: () => printed,
    setupLink: () =>
      until('the setup link', () => {
        const token = /\/setup\?token=([\w-]+)/.exec(printed)?.[1]
        return token ? `${url}/setup?token=${token}` : undefined
      }),
    stop,
  }
}
