/** The codes of the archive, in the order in which they are offered. Words: `customers.<group>.<code>`. */
export const TIERS = ['A', 'B', 'C', 'D'] as const
export const KINDS = ['person', 'organisation'] as const
export const PERSONALITIES = ['perfectionist', 'achiever', 'self_centred', 'expert'] as const
export const SOURCES = ['walk_in', 'referral', 'phone', 'web', 'event', 'import', 'other'] as const
export const SORTS = ['-created', '-last_visit', 'last_visit', '-revenue', 'name'] as const
export const ENTRY_KINDS = ['order', 'service', 'followup', 'slip', 'note'] as const
export const CONSENT_CHANNELS = ['phone', 'sms', 'wechat', 'email', 'letter'] as const
export const CONSENT_PURPOSES = ['service', 'marketing'] as const

/** The stages of the lifecycle (生命周期) by period: 恋爱期, 婚姻期, 离婚期. */
export const PERIODS = {
  acquaintance: ['known', 'selected', 'developed'],
  relationship: ['informed', 'graded', 'in_dialogue', 'satisfied', 'loyal'],
  loss: ['lost', 'won_back', 'closed'],
} as const

export const STAGES = [...PERIODS.acquaintance, ...PERIODS.relationship, ...PERIODS.loss] as const

export type EntryKind = (typeof ENTRY_KINDS)[number]

/** The value when it is one of the list. */
export function oneOf<T extends string>(all: readonly T[], value: unknown): T | undefined {
  return all.find((each) => each === value)
}
