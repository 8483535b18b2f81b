import { Modal } from 'antd'
import { useTranslation } from 'react-i18next'
import styles from './ShortcutsHelp.module.css'

export interface ShortcutsHelpProps {
  open: boolean
  close: () => void
  pages: { key: string; label: string; letter: string }[]
}

/** The keys of the product, opened by `?`. */
export function ShortcutsHelp({ open, close, pages }: ShortcutsHelpProps) {
  const { t } = useTranslation()
  const rows = [
    { keys: ['Ctrl', 'K'], words: t('shell.shortcuts.palette') },
    { keys: ['?'], words: t('shell.shortcuts.help') },
    { keys: ['Esc'], words: t('shell.shortcuts.close') },
    ...pages.map((page) => ({ keys: ['g', page.letter], words: page.label })),
  ]
  return (
    <Modal open={open} onCancel={close} footer={null} title={t('shell.shortcuts.title')}>
      <dl className={styles.list}>
        {rows.map((row) => (
          <div key={row.words} className={styles.row}>
            <dt>{row.words}</dt>
            <dd>
              {row.keys.map((key) => (
                <kbd key={key} className={styles.key}>
                  {key}
                </kbd>
              ))}
            </dd>
          </div>
        ))}
      </dl>
    </Modal>
  )
}
