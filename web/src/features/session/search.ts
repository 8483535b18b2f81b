export interface LoginSearch {
  /** Where to go after the log-in: a path of this product, never another site. */
  next?: string
  expired?: boolean
}

const HERE = 'http://here.invalid'

/**
 * A path within the product; `//evil.example` and `https://…` are not. The browser's own reading decides: it leaves out tabs
 * and line ends, so that `/<tab>/evil.example` leads away too.
 */
export function safePath(value: unknown): string | undefined {
  if (typeof value !== 'string' || !value.startsWith('/') || !URL.canParse(value, HERE)) return undefined
  const there = new URL(value, HERE)
  if (there.origin !== HERE || there.pathname.startsWith('//')) return undefined
  return there.pathname.startsWith('/login') ? undefined : value
}

export function loginSearch(search: Record<string, unknown>): LoginSearch {
  return { next: safePath(search.next), expired: search.expired === true ? true : undefined }
}

export interface TokenSearch {
  token?: string
}

/** The one-time secret of a link. */
export function tokenSearch(search: Record<string, unknown>): TokenSearch {
  const { token } = search
  if (typeof token === 'string' && token !== '') return { token }
  return typeof token === 'number' ? { token: String(token) } : {}
}
