import { afterEach, expect, it, vi } from 'vitest'
import { copyText } from './copyText.ts'

afterEach(() => vi.unstubAllGlobals())

function byHand(answer: boolean) {
  let copied: string | undefined
  document.execCommand = (command: string) => {
    const field = document.activeElement
    if (command === 'copy' && field instanceof HTMLTextAreaElement) copied = field.value
    return answer
  }
  return () => copied
}

it('uses the clipboard where there is one', async () => {
  const writeText = vi.fn(async () => undefined)
  vi.stubGlobal('navigator', { clipboard: { writeText } })
  expect(await copyText('13800138000')).toBe(true)
  expect(writeText).toHaveBeenCalledWith('13800138000')
})

it('copies from a selected field on plain http, leaves nothing behind and gives the focus back', async () => {
  vi.stubGlobal('navigator', {})
  const button = document.createElement('button')
  document.body.append(button)
  button.focus()
  const copied = byHand(true)
  expect(await copyText('13800138000')).toBe(true)
  expect(copied()).toBe('13800138000')
  expect(document.querySelector('textarea')).toBeNull()
  expect(document.activeElement).toBe(button)
})

it('says so when neither way works', async () => {
  vi.stubGlobal('navigator', { clipboard: { writeText: () => Promise.reject(new Error('denied')) } })
  byHand(false)
  expect(await copyText('1')).toBe(false)
})
