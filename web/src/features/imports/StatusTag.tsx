import { useTranslation } from 'react-i18next'
import { oneOf, STATUSES } from './codes.ts'
import styles from './StatusTag.module.css'
import { statusWords } from './words.ts'

const MARKS = {
  draft: '○',
  checking: '◔',
  checked: '◑',
  running: '◕',
  done: '●',
  failed: '◆',
  cancelled: '‖',
} as const

/** How far an import has come, by colour, shape and words. */
export function StatusTag({ status, progressBp }: { status: string; progressBp: number }) {
  const { t } = useTranslation()
  const known = oneOf(STATUSES, status)
  const busy = known === 'checking' || known === 'running'
  return (
    <span className={`${styles.tag} ${known ? styles[known] : ''}`}>
      <span aria-hidden="true">{known ? MARKS[known] : '○'}</span>
      {busy
        ? t('imports.statusWith', { status: statusWords(status), percent: Math.floor(progressBp / 100) })
        : statusWords(status)}
    </span>
  )
}
