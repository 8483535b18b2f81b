// The page of the API (接口文档). Requests that are tried out carry what the API asks of a browser.
const root = document.documentElement
const dress = () => root.classList.toggle('dark-mode', root.dataset.theme === 'dark')
dress()
addEventListener('storage', ({ key, newValue }) => {
  if (key !== 'liuke.theme') return
  root.dataset.theme = newValue
  dress()
})

window.SwaggerUIBundle({
  url: '/api/openapi.json',
  dom_id: '#api',
  deepLinking: true,
  displayOperationId: true,
  docExpansion: 'none',
  filter: true,
  persistAuthorization: false,
  validatorUrl: null,
  requestInterceptor: (request) => {
    request.headers['x-liuke-request'] = '1'
    if (request.method === 'POST') request.headers['idempotency-key'] ??= window.crypto.randomUUID()
    return request
  },
})
