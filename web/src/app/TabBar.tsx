import { EllipsisOutlined } from '@ant-design/icons'
import { Link, useNavigate } from '@tanstack/react-router'
import { Dropdown } from 'antd'
import { useTranslation } from 'react-i18next'
import type { NavItem } from './nav.tsx'
import styles from './Shell.module.css'
import { UrgentCount } from './UrgentCount.tsx'

/** The navigation on a telephone: four pages under the thumb, the others behind "more". */
export function TabBar({ items }: { items: NavItem[] }) {
  const { t } = useTranslation()
  const navigate = useNavigate()
  const first = items.length <= 5 ? items : items.slice(0, 4)
  const rest = items.slice(first.length)
  return (
    <nav className={styles.tabs} aria-label={t('shell.navigation')}>
      {first.map((item) => (
        <Link key={item.key} to={item.to} className={styles.tab}>
          {item.icon}
          {t(`shell.nav.${item.key}`)}
          <UrgentCount of={item.key} />
        </Link>
      ))}
      {rest.length > 0 ? (
        <Dropdown
          trigger={['click']}
          placement="topRight"
          menu={{
            items: rest.map((item) => ({ key: item.key, icon: item.icon, label: t(`shell.nav.${item.key}`) })),
            onClick: ({ key }) => {
              const item = rest.find((each) => each.key === key)
              if (item) void navigate({ to: item.to })
            },
          }}
        >
          <button type="button" className={styles.tab}>
            <EllipsisOutlined />
            {t('shell.nav.more')}
          </button>
        </Dropdown>
      ) : null}
    </nav>
  )
}
