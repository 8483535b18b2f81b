export const callsheet = { title: '回访单' }
