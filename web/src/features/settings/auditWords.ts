import { wordsOf } from '~/i18n/i18n.ts'
import { zhCN } from '~/i18n/zh-CN.ts'

/** Words of an action; a code without words is shown as it is. */
export function actionName(code: string): string {
  return wordsOf(`settings.audit.actionOf.${code}`) ?? code
}

/** All actions that have words: `customer.reveal` … */
export function actionCodes(): string[] {
  return Object.entries(zhCN.settings.audit.actionOf).flatMap(([thing, acts]) =>
    Object.keys(acts).map((act) => `${thing}.${act}`),
  )
}
