import { useTranslation } from 'react-i18next'
import type { BranchNode } from '~/shared/lib/branches.ts'
import { Badge } from './Badge.tsx'
import styles from './BranchCards.module.css'
import type { Branch } from './BranchesPage.tsx'
import { BranchLink } from './BranchLink.tsx'

export interface BranchCardsProps {
  nodes: BranchNode<Branch>[]
  manages: boolean
}

/** The tree of branches on a telephone. */
export function BranchCards({ nodes, manages }: BranchCardsProps) {
  const { t } = useTranslation()
  return (
    <ul className={styles.list}>
      {nodes.map((branch) => (
        <li key={branch.id}>
          <div className={styles.card}>
            <div className={styles.head}>
              {manages ? <BranchLink branch={branch} /> : <span>{branch.name}</span>}
              {branch.active ? null : <Badge tone="off" words={t('settings.branches.inactive')} />}
            </div>
            <div className="lk-muted lk-small">
              {t(`settings.branches.kinds.${branch.kind}`)} · {branch.code} ·{' '}
              {t('settings.roles.members', { count: branch.staff_count })}
            </div>
          </div>
          {branch.children ? <BranchCards nodes={branch.children} manages={manages} /> : null}
        </li>
      ))}
    </ul>
  )
}
