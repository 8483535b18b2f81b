import {
  CarryOutOutlined,
  FileDoneOutlined,
  FundOutlined,
  ImportOutlined,
  ScheduleOutlined,
  SettingOutlined,
  TeamOutlined,
} from '@ant-design/icons'
import type { LinkProps } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { PyramidIcon } from '~/shared/ui/PyramidIcon.tsx'

export type NavKey = 'today' | 'customers' | 'slips' | 'plans' | 'pyramid' | 'rates' | 'imports' | 'settings'

export interface NavItem {
  key: NavKey
  to: NonNullable<LinkProps['to']>
  icon: ReactNode
  /** Any of these permissions shows the item. */
  permissions: string[]
  /** After `g`. */
  letter: string
  /** For the palette: pinyin, initials, English. */
  keywords: string[]
}

export const NAV: readonly NavItem[] = [
  {
    key: 'today',
    to: '/today',
    icon: <CarryOutOutlined />,
    permissions: ['followup.read'],
    letter: 't',
    keywords: ['jinrigongzuo', 'jrgz', 'today', 'huifang', 'hf'],
  },
  {
    key: 'customers',
    to: '/customers',
    icon: <TeamOutlined />,
    permissions: ['customer.read'],
    letter: 'c',
    keywords: ['kehudangan', 'khda', 'kehu', 'customers'],
  },
  {
    key: 'slips',
    to: '/slips',
    icon: <FileDoneOutlined />,
    permissions: ['slip.read'],
    letter: 's',
    keywords: ['fankuidan', 'fkd', 'slips', 'feedback'],
  },
  {
    key: 'plans',
    to: '/plans',
    icon: <ScheduleOutlined />,
    permissions: ['followup.read'],
    letter: 'l',
    keywords: ['huifangjihua', 'hfjh', 'plans'],
  },
  {
    key: 'pyramid',
    to: '/pyramid',
    icon: <PyramidIcon />,
    permissions: ['value.read'],
    letter: 'p',
    keywords: ['kehujinzita', 'khjzt', 'jinzita', 'jzt', 'pyramid', 'abcd'],
  },
  {
    key: 'rates',
    to: '/rates',
    icon: <FundOutlined />,
    permissions: ['report.read'],
    letter: 'r',
    keywords: ['tongji', 'tj', 'huifanglv', 'hfl', 'rates', 'figures'],
  },
  {
    key: 'imports',
    to: '/imports',
    icon: <ImportOutlined />,
    permissions: ['import.run'],
    letter: 'i',
    keywords: ['daoru', 'dr', 'import', 'excel', 'csv'],
  },
  {
    key: 'settings',
    to: '/settings',
    icon: <SettingOutlined />,
    permissions: ['team.read', 'role.manage', 'setting.read', 'audit.read', 'token.manage'],
    letter: 'e',
    keywords: ['shezhi', 'sz', 'yonghu', 'juese', 'shenji', 'settings', 'users', 'roles', 'audit'],
  },
]

/** What a person with these permissions may open. */
export function navFor(permissions: readonly string[]): NavItem[] {
  return NAV.filter((item) => item.permissions.some((permission) => permissions.includes(permission)))
}
