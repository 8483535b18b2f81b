export const rates = { title: '统计' }
