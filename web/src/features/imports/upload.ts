import { REQUEST_MARK, requestKey } from '~/api/client.ts'
import { ProblemError, readProblem } from '~/api/problem.ts'
import type { ImportView } from './mapping.ts'

/** Sends a file and says how far it is; a request of the old kind, for only that one tells. */
export function upload(kind: string, file: File, progress: (percent: number) => void): Promise<ImportView> {
  const form = new FormData()
  // The server reads the form as it comes: the kind stands before the file.
  form.append('kind', kind)
  form.append('file', file, file.name)
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest()
    request.open('POST', '/api/v1/imports')
    request.setRequestHeader(REQUEST_MARK, '1')
    request.setRequestHeader('idempotency-key', requestKey())
    request.upload.onprogress = (event) => {
      if (event.lengthComputable) progress(Math.floor((event.loaded / event.total) * 100))
    }
    request.onload = () => {
      if (request.status >= 200 && request.status < 300) {
        resolve(JSON.parse(request.responseText) as ImportView)
        return
      }
      const answer = new Response(request.responseText, { status: request.status })
      readProblem(answer).then(reject, reject)
    }
    request.onerror = () => reject(new ProblemError({ status: 0, code: 'network' }))
    request.send(form)
  })
}
