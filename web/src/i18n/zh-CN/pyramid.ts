export const pyramid = { title: '客户金字塔' }
