import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { ProblemError } from '~/api/problem.ts'
import { Autosave, type Backup, LONGEST, REST, type Stored } from './autosave.ts'
import { type Draft, emptyDraft } from './draft.ts'

beforeEach(() => vi.useFakeTimers())
afterEach(() => vi.useRealTimers())

/** A server that holds one sheet. */
function server() {
  const held: Stored = { draft: emptyDraft, version: 1 }
  let backup: Backup | undefined
  const save = vi.fn(async (draft: Draft, version: number) => {
    if (version !== held.version) throw new ProblemError({ status: 409, code: 'edited_elsewhere' })
    held.draft = draft
    held.version += 1
    return { version: held.version, saved_at: 1000 }
  })
  const load = vi.fn(async () => ({ ...held }))
  return { held, save, load, keep: (next: Backup | undefined) => (backup = next), backup: () => backup }
}

function sheet(at: ReturnType<typeof server>, backup?: Backup) {
  const autosave = new Autosave({ ...at.held }, backup, { save: at.save, load: at.load, keep: at.keep })
  autosave.start()
  return autosave
}

const says = (verbatim: string) => (draft: Draft) => ({ ...draft, verbatim })

test('saves when the typing rests', async () => {
  const at = server()
  const autosave = sheet(at)
  autosave.change(says('等'))
  autosave.change(says('等了很久'))
  expect(autosave.getState().status).toBe('dirty')
  expect(at.backup()?.draft.verbatim).toBe('等了很久')
  await vi.advanceTimersByTimeAsync(REST)
  expect(at.save).toHaveBeenCalledTimes(1)
  expect(at.held.draft.verbatim).toBe('等了很久')
  expect(autosave.getState()).toMatchObject({ status: 'saved', savedAt: 1000 })
  expect(at.backup()).toBeUndefined()
})

test('saves within five seconds although the typing never rests', async () => {
  const at = server()
  const autosave = sheet(at)
  for (let ms = 0; ms < 5000; ms += 500) {
    autosave.change(says(`字${ms}`))
    await vi.advanceTimersByTimeAsync(500)
  }
  expect(at.save).toHaveBeenCalled()
  expect(LONGEST).toBeLessThan(5000)
})

test('what is typed while a save is under way is saved next', async () => {
  const at = server()
  const autosave = sheet(at)
  let answer: (() => void) | undefined
  at.save.mockImplementationOnce(async (draft) => {
    await new Promise<void>((resolve) => (answer = resolve))
    at.held.draft = draft
    at.held.version = 2
    return { version: 2, saved_at: 1 }
  })
  autosave.change(says('一'))
  await vi.advanceTimersByTimeAsync(REST)
  autosave.change(says('一二'))
  expect(autosave.getState().status).toBe('saving')
  answer?.()
  await vi.advanceTimersByTimeAsync(LONGEST)
  expect(at.held.draft.verbatim).toBe('一二')
  expect(autosave.getState().status).toBe('saved')
})

test('keeps the text without a network and saves when it is back', async () => {
  const at = server()
  const autosave = sheet(at)
  at.save.mockRejectedValueOnce(new ProblemError({ status: 0, code: 'network' }))
  autosave.change(says('断网了'))
  await vi.advanceTimersByTimeAsync(REST)
  expect(autosave.getState().status).toBe('offline')
  expect(at.backup()?.draft.verbatim).toBe('断网了')
  await vi.advanceTimersByTimeAsync(2000)
  expect(autosave.getState().status).toBe('saved')
  expect(at.held.draft.verbatim).toBe('断网了')
})

test('a colleague who saved first loses nothing, nor do we', async () => {
  const at = server()
  const autosave = sheet(at)
  at.held.draft = { ...emptyDraft, verbatim: '同事写的', agreed: '周五' }
  at.held.version = 5
  autosave.change(says('我写的'))
  await vi.advanceTimersByTimeAsync(REST + LONGEST)
  expect(at.held.draft.verbatim).toContain('我写的')
  expect(at.held.draft.verbatim).toContain('同事写的')
  expect(at.held.draft.agreed).toBe('周五')
  expect(autosave.getState()).toMatchObject({ status: 'saved', clashes: ['verbatim'] })
  autosave.settle()
  expect(autosave.getState().clashes).toEqual([])
})

test('a refusal is shown and not repeated', async () => {
  const at = server()
  const autosave = sheet(at)
  at.save.mockRejectedValue(new ProblemError({ status: 422, code: 'too_long' }))
  autosave.change(says('…'))
  await vi.advanceTimersByTimeAsync(60_000)
  expect(autosave.getState().status).toBe('refused')
  expect(at.save.mock.calls.length).toBeLessThanOrEqual(2)
})

test('a task that was closed meanwhile is a refusal, not a reason to try for ever', async () => {
  const at = server()
  const autosave = sheet(at)
  at.save.mockRejectedValue(new ProblemError({ status: 409, code: 'followup.task_closed' }))
  autosave.change(says('迟了'))
  await vi.advanceTimersByTimeAsync(60_000)
  expect(autosave.getState()).toMatchObject({ status: 'refused', draft: { verbatim: '迟了' } })
  expect(at.save.mock.calls.length).toBeLessThanOrEqual(2)
  expect(at.load).not.toHaveBeenCalled()
})

test('a draft left in the browser is taken up again', async () => {
  const at = server()
  const autosave = sheet(at, { base: emptyDraft, draft: says('关机前写的')(emptyDraft), version: 1 })
  expect(autosave.getState().draft.verbatim).toBe('关机前写的')
  await vi.advanceTimersByTimeAsync(REST)
  expect(at.held.draft.verbatim).toBe('关机前写的')
})

test('takes what others saved when nothing is being written', () => {
  const at = server()
  const autosave = sheet(at)
  autosave.receive({ draft: { ...emptyDraft, note: '新' }, version: 3 })
  expect(autosave.getState().draft.note).toBe('新')
  expect(autosave.version).toBe(3)
  autosave.receive({ draft: emptyDraft, version: 2 })
  expect(autosave.getState().draft.note).toBe('新')
})

test('flush says why the server did not take it', async () => {
  const at = server()
  const autosave = sheet(at)
  at.save.mockRejectedValueOnce(new ProblemError({ status: 403, code: 'forbidden' }))
  autosave.change(says('x'))
  await expect(autosave.flush()).rejects.toMatchObject({ code: 'forbidden' })
})
