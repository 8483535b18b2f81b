import { makeDemo } from './server.ts'

/** Before all tests: the demonstration shop, of which every worker gets a copy. What it returns undoes it. */
export default function setup(): () => void {
  return makeDemo()
}
