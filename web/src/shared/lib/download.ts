import { REQUEST_MARK } from '~/api/client.ts'
import { ProblemError, readProblem } from '~/api/problem.ts'
import { getPrefs } from './prefs.ts'

/** `attachment; filename="a.csv"; filename*=UTF-8''%E5%AE%A2.csv` → the name a person reads. */
export function fileName(disposition: string | null): string | undefined {
  const extended = /filename\*\s*=\s*UTF-8''([^;]+)/i.exec(disposition ?? '')?.[1]
  if (extended) {
    try {
      return decodeURIComponent(extended.trim())
    } catch {
      // Falls back to the plain name.
    }
  }
  return /filename\s*=\s*"?([^";]+)"?/i.exec(disposition ?? '')?.[1]?.trim()
}

/** Parameters that say something, as the address has them. */
export function queryText(query: Record<string, string | number | boolean | null | undefined>): string {
  const said = Object.entries(query).flatMap(([name, value]) =>
    value === undefined || value === null || value === '' ? [] : [[name, String(value)] as [string, string]],
  )
  return new URLSearchParams(said).toString()
}

/**
 * Fetches a file, in the language of the product, and hands it to the browser to be saved. A refusal is thrown as a problem
 * instead of being saved.
 */
export async function download(
  path: string,
  query: Record<string, string | number | boolean | null | undefined>,
  name: string,
): Promise<void> {
  const words = queryText(query)
  let response: Response
  try {
    response = await fetch(words ? `${path}?${words}` : path, {
      credentials: 'same-origin',
      headers: { [REQUEST_MARK]: '1', 'accept-language': getPrefs().language },
    })
  } catch {
    throw new ProblemError({ status: 0, code: 'network' })
  }
  if (!response.ok) throw await readProblem(response)
  const url = URL.createObjectURL(await response.blob())
  const link = document.createElement('a')
  link.href = url
  link.download = fileName(response.headers.get('content-disposition')) ?? name
  link.click()
  // Safari reads the file after the click has returned.
  setTimeout(() => URL.revokeObjectURL(url), 60_000)
}
