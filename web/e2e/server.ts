import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'

/** A running Liuke with its own empty database. */
export interface Server {
  url: string
  /** Everything it has printed so far. */
  output: () => string
  /** The one-time link of the first setup. */
  setupLink: () => Promise<string>
  stop: () => Promise<void>
}

const BIN = resolve(process.env.LIUKE_BIN ?? join(import.meta.dirname, '../../target/debug/liuke'))

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

/** A database of its own on the PostgreSQL of the tests. */
function postgres(name: string): string {
  const base = process.env.LIUKE_E2E_PG ?? ''
  execFileSync('psql', [base, '-qc', `CREATE DATABASE ${name}`])
  const url = new URL(base)
  url.pathname = `/${name}`
  return url.toString()
}

async function until<T>(what: string, look: () => Promise<T | undefined> | T | undefined, ms = 60_000): Promise<T> {
  const end = Date.now() + ms
  for (;;) {
    const seen = await look()
    if (seen !== undefined) return seen
    if (Date.now() > end) throw new Error(`waited in vain for ${what}`)
    await new Promise((done) => setTimeout(done, 100))
  }
}

/** Starts `liuke serve` or `liuke demo` on a free port, in a folder that goes away with it. */
export async function start(command: 'serve' | 'demo', engine: string): Promise<Server> {
  const port = await freePort()
  const folder = mkdtempSync(join(tmpdir(), 'liuke-e2e-'))
  const url = `http://127.0.0.1:${port}`
  const env: NodeJS.ProcessEnv = { ...process.env }
  if (engine === 'postgres') env.LIUKE_DATABASE_URL = postgres(`e2e_${process.pid}_${port}`)
  const child: ChildProcess = spawn(BIN, [command, '--listen', `127.0.0.1:${port}`], { cwd: folder, env })
  let printed = ''
  child.stdout?.on('data', (data: Buffer) => {
    printed += data.toString()
  })
  child.stderr?.on('data', (data: Buffer) => {
    printed += data.toString()
  })
  const stop = async () => {
    if (child.exitCode === null) {
      child.kill('SIGTERM')
      await new Promise((done) => child.once('exit', done))
    }
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
    output: () => printed,
    setupLink: () =>
      until('the setup link', () => {
        const token = /\/setup\?token=([\w-]+)/.exec(printed)?.[1]
        return token ? `${url}/setup?token=${token}` : undefined
      }),
    stop,
  }
}
