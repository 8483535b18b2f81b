/** The English words; loaded only when chosen. */
import { callsheet } from './en/callsheet.ts'
import { common } from './en/common.ts'
import { customers } from './en/customers.ts'
import { followup } from './en/followup.ts'
import { imports } from './en/imports.ts'
import { plans } from './en/plans.ts'
import { problem } from './en/problem.ts'
import { pyramid } from './en/pyramid.ts'
import { rates } from './en/rates.ts'
import { records } from './en/records.ts'
import { session } from './en/session.ts'
import { settings } from './en/settings.ts'
import { shell } from './en/shell.ts'
import { slips } from './en/slips.ts'
import { work } from './en/work.ts'

export const en = {
  callsheet,
  common,
  customers,
  followup,
  imports,
  plans,
  problem,
  pyramid,
  rates,
  records,
  session,
  settings,
  shell,
  slips,
  work,
}
