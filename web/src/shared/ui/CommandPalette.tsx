import { Command } from 'cmdk'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { api } from '~/api/client.ts'
import { useDebounced } from '~/shared/lib/useDebounced.ts'
import styles from './CommandPalette.module.css'
import { TierBadge } from './TierBadge.tsx'

export interface PaletteEntry {
  key: string
  label: string
  /** Pinyin, initials, English. */
  keywords: string[]
  open: () => void
}

export interface CommandPaletteProps {
  close: () => void
  pages: PaletteEntry[]
  /** Whether customers may be searched. */
  canSearch: boolean
  openCustomer: (id: string) => void
}

/** Pages are matched here, customers by the server: name, pinyin, telephone, plate, number. */
function matches(entry: PaletteEntry, text: string): boolean {
  const wanted = text.trim().toLowerCase()
  return wanted === '' || [entry.label, ...entry.keywords].some((word) => word.toLowerCase().includes(wanted))
}

export function CommandPalette({ close, pages, canSearch, openCustomer }: CommandPaletteProps) {
  const { t } = useTranslation()
  const [text, setText] = useState('')
  const q = useDebounced(text.trim(), 200)
  const asks = canSearch && q.length >= 2
  const found = api.useQuery('get', '/api/v1/search', { params: { query: { q, limit: 8 } } }, { enabled: asks })
  const shown = pages.filter((page) => matches(page, text))
  const hits = asks ? (found.data ?? []) : []

  function run(act: () => void) {
    close()
    act()
  }

  return (
    <Command.Dialog
      open
      onOpenChange={(open) => {
        if (!open) close()
      }}
      shouldFilter={false}
      loop
      label={t('shell.palette.title')}
      overlayClassName={styles.overlay}
      contentClassName={styles.content}
    >
      <Command.Input
        className={styles.input}
        value={text}
        onValueChange={setText}
        placeholder={t('shell.searchPlaceholder')}
      />
      <Command.List className={styles.list} label={t('shell.palette.title')}>
        <Command.Empty className={styles.note}>
          {asks && found.isFetching ? t('shell.palette.searching') : t('shell.palette.nothing')}
        </Command.Empty>
        {shown.length > 0 ? (
          <Command.Group heading={t('shell.palette.go')} className={styles.group}>
            {shown.map((page) => (
              <Command.Item
                key={page.key}
                value={`page:${page.key}`}
                className={styles.item}
                onSelect={() => run(page.open)}
              >
                {page.label}
              </Command.Item>
            ))}
          </Command.Group>
        ) : null}
        {hits.length > 0 ? (
          <Command.Group heading={t('shell.palette.customers')} className={styles.group}>
            {hits.map((hit) => (
              <Command.Item
                key={hit.customer_id}
                value={`customer:${hit.customer_id}`}
                className={styles.item}
                onSelect={() => run(() => openCustomer(hit.customer_id))}
              >
                <TierBadge tier={hit.tier} />
                <span className={styles.name}>{hit.name}</span>
                <span className={styles.side}>
                  {[hit.phone_masked, hit.asset_line, hit.branch_name].filter(Boolean).join(' · ')}
                </span>
              </Command.Item>
            ))}
          </Command.Group>
        ) : null}
      </Command.List>
      {canSearch && text.trim().length < 2 ? <div className={styles.note}>{t('shell.palette.hint')}</div> : null}
    </Command.Dialog>
  )
}
