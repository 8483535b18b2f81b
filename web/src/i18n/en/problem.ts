import type { Shape } from '../shape.ts'
import type { problem as zh } from '../zh-CN/problem.ts'

export const problem: Shape<typeof zh> = {
  unknown: 'Something unexpected went wrong. Please try again later',
  network: 'The server cannot be reached. Check the network',
  invalid: 'Some entries are not right',
  unauthenticated: 'Please log in',
  forbidden: 'You have no right to do this',
  not_found: 'Not found',
  conflict: 'Somebody changed this just now. Refresh and try again',
  too_many_requests: 'Too many attempts. Please wait a little',
  field: { invalid: 'Not valid' },
}
