import { asProblem } from '~/api/problem.ts'
import { type Draft, type DraftField, mergeDrafts, sameDraft } from './draft.ts'

/** After a key is pressed the draft rests this long before it is saved, ms … */
export const REST = 1200
/** … but never waits longer than this since the first change: nothing older than five seconds is lost. */
export const LONGEST = 4000
/** Waits between tries while the server cannot be reached, ms. */
const RETRIES = [2000, 4000, 8000, 15_000] as const

export type SaveStatus = 'fresh' | 'dirty' | 'saving' | 'saved' | 'offline' | 'refused'

export interface SheetState {
  draft: Draft
  status: SaveStatus
  savedAt?: number
  /** Why the server would not take it. */
  error?: unknown
  /** Fields that were changed here and elsewhere; both contents are kept. */
  clashes: DraftField[]
}

export interface Stored {
  draft: Draft
  version: number
}

/** What is kept in the browser until the server has it. */
export interface Backup {
  base: Draft
  draft: Draft
  version: number
}

export interface AutosaveDeps {
  save: (draft: Draft, version: number) => Promise<{ version: number; saved_at: number }>
  /** The sheet as the server has it now, after somebody else saved. */
  load: () => Promise<Stored>
  keep: (backup: Backup | undefined) => void
}

/** Gone, forbidden, invalid: trying again would not help. */
function mayPass(status: number): boolean {
  return status === 0 || status === 429 || status >= 500
}

/** Keeps the call sheet saved: rest, save, try again without a network, join with what a colleague saved meanwhile. */
export class Autosave {
  #state: SheetState
  #base: Draft
  #version: number
  #deps: AutosaveDeps
  #listeners = new Set<() => void>()
  #rest: ReturnType<typeof setTimeout> | undefined
  #longest: ReturnType<typeof setTimeout> | undefined
  #tries = 0
  #running: Promise<void> | undefined
  #incoming: Stored | undefined
  #stopped = false

  constructor(stored: Stored, backup: Backup | undefined, deps: AutosaveDeps) {
    this.#deps = deps
    this.#base = stored.draft
    this.#version = stored.version
    this.#state = { draft: stored.draft, status: 'fresh', clashes: [] }
    if (backup && !sameDraft(backup.draft, stored.draft)) {
      const { draft, clashes } = mergeDrafts(backup.base, backup.draft, stored.draft)
      this.#state = { draft, status: 'dirty', clashes }
    }
  }

  getState = (): SheetState => this.#state

  get version(): number {
    return this.#version
  }

  subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** Called once shown: a draft found in the browser is saved first. */
  start(): void {
    this.#stopped = false
    if (this.#isDirty()) this.#plan()
  }

  stop(): void {
    this.#stopped = true
    this.#clear()
  }

  change(change: (draft: Draft) => Draft): void {
    const draft = change(this.#state.draft)
    if (draft === this.#state.draft) return
    this.#set({ draft, status: this.#state.status === 'saving' ? 'saving' : 'dirty' })
    this.#keep()
    this.#plan()
  }

  /** The caller has seen which fields were joined. */
  settle(): void {
    this.#set({ clashes: [] })
  }

  /** Somebody else may have saved: takes theirs, joined with what is being written here. */
  receive(stored: Stored): void {
    if (stored.version <= this.#version) return
    if (this.#running) {
      this.#incoming = stored
      return
    }
    this.#join(stored)
    if (this.#isDirty()) this.#plan()
  }

  /** The contact is finished: the server has the draft with the outcome, nothing is left to save. */
  finish(): void {
    this.stop()
    this.#base = this.#state.draft
    this.#set({ status: 'saved' })
    this.#deps.keep(undefined)
  }

  /** Asks the server for its sheet and joins it, after it said that somebody else saved. */
  async reload(): Promise<void> {
    this.receive(await this.#deps.load())
  }

  /** Saves at once. Resolves when the server has everything; otherwise rejects with the reason. */
  async flush(): Promise<void> {
    this.#clear()
    // What was typed while a save was under way needs one more; a colleague's save needs a merge and one more.
    for (let round = 0; round < 4; round += 1) {
      if (this.#running) await this.#running
      if (!this.#isDirty()) return
      this.#running = this.#save()
      await this.#running
      if (this.#state.status === 'offline' || this.#state.status === 'refused') throw this.#state.error
    }
  }

  #isDirty(): boolean {
    return !sameDraft(this.#state.draft, this.#base)
  }

  #set(part: Partial<SheetState>): void {
    this.#state = { ...this.#state, ...part }
    for (const listener of this.#listeners) listener()
  }

  #keep(): void {
    this.#deps.keep(
      this.#isDirty() ? { base: this.#base, draft: this.#state.draft, version: this.#version } : undefined,
    )
  }

  #clear(): void {
    clearTimeout(this.#rest)
    clearTimeout(this.#longest)
    this.#rest = undefined
    this.#longest = undefined
  }

  #plan(): void {
    if (this.#stopped) return
    clearTimeout(this.#rest)
    this.#rest = setTimeout(() => this.#go(), REST)
    this.#longest ??= setTimeout(() => this.#go(), LONGEST)
  }

  #go(): void {
    void this.flush().catch(() => undefined)
  }

  #join(stored: Stored): void {
    const { draft, clashes } = mergeDrafts(this.#base, this.#state.draft, stored.draft)
    this.#base = stored.draft
    this.#version = stored.version
    this.#set({
      draft,
      status: sameDraft(draft, stored.draft) ? 'saved' : 'dirty',
      clashes: [...new Set([...this.#state.clashes, ...clashes])],
    })
    this.#keep()
  }

  async #save(): Promise<void> {
    const sent = this.#state.draft
    this.#set({ status: 'saving', error: undefined })
    try {
      const saved = await this.#deps.save(sent, this.#version)
      this.#base = sent
      this.#version = saved.version
      this.#tries = 0
      this.#set({ status: this.#isDirty() ? 'dirty' : 'saved', savedAt: saved.saved_at })
      this.#keep()
      if (this.#isDirty()) this.#plan()
    } catch (error) {
      await this.#failed(error)
    } finally {
      this.#running = undefined
      const incoming = this.#incoming
      this.#incoming = undefined
      if (incoming) this.receive(incoming)
    }
  }

  async #failed(error: unknown): Promise<void> {
    const { code } = asProblem(error)
    // Other conflicts (the task was closed meanwhile) are refusals: there is nothing to join.
    if (code === 'edited_elsewhere') {
      try {
        const stored = await this.#deps.load()
        if (stored.version !== this.#version) {
          this.#join(stored)
          if (this.#isDirty()) this.#plan()
          return
        }
      } catch (again) {
        this.#halt(again)
        return
      }
    }
    this.#halt(error)
  }

  /** Not saved: tries again by itself only where that may help. */
  #halt(error: unknown): void {
    const { status } = asProblem(error)
    this.#set({ status: mayPass(status) ? 'offline' : 'refused', error })
    if (!mayPass(status) || this.#stopped) return
    const wait = RETRIES[Math.min(this.#tries, RETRIES.length - 1)] ?? 15_000
    this.#tries += 1
    clearTimeout(this.#rest)
    this.#rest = setTimeout(() => this.#go(), wait)
  }
}
