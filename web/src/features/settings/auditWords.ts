import { wordsOf } from '~/i18n/i18n.ts'

/** Words of an action; a code without words is shown as it is. */
export function actionName(code: string): string {
  return wordsOf(`settings.audit.actionOf.${code}`) ?? code
}
