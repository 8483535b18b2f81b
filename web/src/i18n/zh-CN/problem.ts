export const problem = {
  unknown: '出了意外的问题，请稍后再试',
  network: '连不上服务器，请检查网络',
  invalid: '有内容填写不正确',
  unauthenticated: '请先登录',
  forbidden: '没有权限做这件事',
  not_found: '没有找到',
  conflict: '刚刚有人改过，请刷新后再试',
  too_many_requests: '操作太频繁，请稍后再试',
  field: { invalid: '填写不正确' },
}
