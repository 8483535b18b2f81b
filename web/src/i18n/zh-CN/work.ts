export const work = { title: '今日工作' }
