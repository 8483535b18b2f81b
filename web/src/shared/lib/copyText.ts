/**
 * Puts a text on the clipboard; whether it is there. On plain http there is no `navigator.clipboard`: the text is selected in a
 * field out of sight and copied as by hand.
 */
export async function copyText(text: string): Promise<boolean> {
  try {
    if (navigator.clipboard) {
      await navigator.clipboard.writeText(text)
      return true
    }
  } catch {
    // Refused by the browser: the old way may still be allowed.
  }
  const back = document.activeElement
  const field = document.createElement('textarea')
  field.value = text
  field.readOnly = true
  field.style.position = 'fixed'
  field.style.opacity = '0'
  document.body.append(field)
  field.focus()
  field.select()
  try {
    return document.execCommand('copy')
  } catch {
    return false
  } finally {
    field.remove()
    if (back instanceof HTMLElement) back.focus()
  }
}
