export const customers = { title: '客户档案' }
