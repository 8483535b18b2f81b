/** The Chinese words, one dictionary per feature: the source of all keys. */
import { callsheet } from './zh-CN/callsheet.ts'
import { common } from './zh-CN/common.ts'
import { customers } from './zh-CN/customers.ts'
import { followup } from './zh-CN/followup.ts'
import { imports } from './zh-CN/imports.ts'
import { plans } from './zh-CN/plans.ts'
import { problem } from './zh-CN/problem.ts'
import { pyramid } from './zh-CN/pyramid.ts'
import { rates } from './zh-CN/rates.ts'
import { records } from './zh-CN/records.ts'
import { session } from './zh-CN/session.ts'
import { settings } from './zh-CN/settings.ts'
import { shell } from './zh-CN/shell.ts'
import { slips } from './zh-CN/slips.ts'
import { work } from './zh-CN/work.ts'

export const zhCN = {
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
