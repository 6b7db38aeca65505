// One HTTP request on a connection of its own, with exactly these headers: `fetch` keeps connections over a
// restart of the daemon, and lets nobody choose Host, Origin or Cookie.
import http from 'node:http'
import https from 'node:https'

const ANSWER_WITHIN_MS = 30_000

// Options: url, method, headers, body (Buffer or string), ca, and more for node:http. Gives `{status,
// headers, body}`, the body as a Buffer.
export function http_call({ url, method = 'GET', headers = {}, body, ...options }) {
  const content = body === undefined ? undefined : Buffer.from(body)
  const length = content ? { 'Content-Length': content.length } : {}
  return new Promise((resolve, reject) => {
    const client = url.startsWith('https:') ? https : http
    const request = client.request(url, {
      method,
      agent: false,
      headers: { ...length, ...headers },
      ...options,
    })
    request.setTimeout(ANSWER_WITHIN_MS, () => request.destroy(new Error(`no answer from ${method} ${url}`)))
    request.on('error', reject)
    request.on('response', (response) => {
      const chunks = []
      response.on('data', (chunk) => chunks.push(chunk))
      response.on('error', reject)
      response.on('end', () =>
        resolve({ status: response.statusCode, headers: response.headers, body: Buffer.concat(chunks) }),
      )
    })
    request.end(content)
  })
}
