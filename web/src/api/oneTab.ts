/** So long a tab waits for the one in charge to answer, ms; messages are delivered even where timers are slowed down. */
export const ANSWER = 400
/** So often the others ask whether the one in charge is still there, ms: a tab may be frozen or killed without a word. */
export const ASK = 10_000

type Word = 'ask' | 'lead' | 'bye'

/** The part of a `BroadcastChannel` that is needed. */
export interface Talk {
  postMessage: (message: unknown) => void
  addEventListener: (type: 'message', listener: (event: MessageEvent<unknown>) => void) => void
}

/**
 * Lets exactly one tab of the browser do something, and another one when it goes. Unlike Web Locks it needs no secure
 * context, so that it works on plain http in the house too.
 *
 * A tab asks; the one in charge answers `lead`. Nobody answers: it takes over. Two that did so at once hear of each
 * other, and the older one goes on. `begin` returns how to end.
 */
export function oneTab(talk: Talk, begin: () => () => void): () => void {
  // Sorts by age; the tail tells two of the same moment apart.
  const me = `${String(Date.now()).padStart(15, '0')}-${Math.random().toString(36).slice(2)}`
  let end: (() => void) | undefined
  let waiting: ReturnType<typeof setTimeout> | undefined
  let over = false

  const say = (word: Word) => talk.postMessage({ word, from: me })

  function ask() {
    if (over || end || waiting !== undefined) return
    waiting = setTimeout(() => {
      waiting = undefined
      end = begin()
      say('lead')
    }, ANSWER)
    say('ask')
  }

  function yieldTo() {
    end?.()
    end = undefined
  }

  talk.addEventListener('message', ({ data }) => {
    if (over) return
    const { word, from } = (data ?? {}) as { word?: Word; from?: string }
    if (from === undefined || from === me) return
    if (word === 'ask' && end) say('lead')
    else if (word === 'bye') ask()
    else if (word === 'lead') {
      clearTimeout(waiting)
      waiting = undefined
      if (!end) return
      if (from < me) yieldTo()
      else say('lead')
    }
  })
  const asking = setInterval(ask, ASK)
  ask()

  return () => {
    over = true
    clearInterval(asking)
    clearTimeout(waiting)
    if (end) say('bye')
    yieldTo()
  }
}
