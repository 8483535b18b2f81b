export const plans = { title: '回访计划' }
