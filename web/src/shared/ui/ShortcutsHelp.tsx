import { Modal } from 'antd'
import { useTranslation } from 'react-i18next'
import { useCan } from '~/api/session.ts'
import styles from './ShortcutsHelp.module.css'

export interface ShortcutsHelpProps {
  open: boolean
  close: () => void
  pages: { key: string; label: string; letter: string }[]
}

/** The keys of the product, opened by `?`: those of the pages that this person may use. */
export function ShortcutsHelp({ open, close, pages }: ShortcutsHelpProps) {
  const { t } = useTranslation()
  const can = useCan()
  const writes = can('customer.read') && can('customer.write')
  const groups: [title: string, rows: [keys: string, words: string][]][] = [
    [
      t('shell.shortcuts.everywhere'),
      [
        ['Ctrl K', t('shell.shortcuts.palette')],
        ['/', t('shell.shortcuts.palette')],
        ['?', t('shell.shortcuts.help')],
        ['Esc', t('shell.shortcuts.close')],
        ...pages.map((page): [string, string] => [`g ${page.letter}`, page.label]),
      ],
    ],
    [
      t('shell.shortcuts.lists'),
      [
        ['j', t('shell.shortcuts.down')],
        ['k', t('shell.shortcuts.up')],
        ['Enter', t('shell.shortcuts.open')],
      ],
    ],
  ]
  if (writes)
    groups.push([
      t('shell.nav.customers'),
      [
        ['n', t('customers.create')],
        ['e', t('shell.shortcuts.edit')],
        ['Ctrl S', t('shell.shortcuts.save')],
        ['Ctrl Enter', t('shell.shortcuts.note')],
      ],
    ])
  if (can('followup.work'))
    groups.push([
      t('callsheet.title'),
      [
        ['Alt P', t('callsheet.keys.phone')],
        ['Alt Q', t('callsheet.keys.scores')],
        ['0–5', t('callsheet.scores.hint')],
        ['Alt W', t('callsheet.keys.words')],
        ['Alt R', t('callsheet.keys.recap')],
        ['Alt 1–5', t('callsheet.keys.outcome')],
        ['Ctrl Enter', t('callsheet.keys.confirm')],
        ['Ctrl S', t('callsheet.keys.save')],
      ],
    ])
  return (
    <Modal open={open} onCancel={close} footer={null} title={t('shell.shortcuts.title')}>
      {groups.map(([title, rows]) => (
        <section key={title}>
          <h2 className={styles.title}>{title}</h2>
          <dl className={styles.list}>
            {rows.map(([keys, words]) => (
              <div key={keys} className={styles.row}>
                <dt>{words}</dt>
                <dd>
                  {keys.split(' ').map((key) => (
                    <kbd key={key} className={styles.key}>
                      {key}
                    </kbd>
                  ))}
                </dd>
              </div>
            ))}
          </dl>
        </section>
      ))}
    </Modal>
  )
}
