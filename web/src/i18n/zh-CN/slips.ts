export const slips = { title: '反馈单' }
