// What both practice partners need of HTTP: bodies with a limit, JSON answers, a table of routes.
import http from 'node:http'

export const BODY_LIMIT = 32 * 1024 * 1024

// A failure that is answered to the client as it stands.
export class HttpError extends Error {
  constructor(status, text, headers = {}) {
    super(text)
    this.status = status
    this.headers = headers
  }
}

export async function read_body(request, limit = BODY_LIMIT) {
  const chunks = []
  let size = 0
  for await (const chunk of request) {
    size += chunk.length
    if (size > limit) throw new HttpError(413, `the body is larger than ${limit} bytes`)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

export async function read_json(request, limit) {
  const text = (await read_body(request, limit)).toString('utf8')
  if (text === '') return {}
  try {
    return JSON.parse(text)
  } catch {
    throw new HttpError(400, 'the body is not JSON')
  }
}

export function answer_json(response, status, value, headers = {}) {
  const text = value === undefined ? '' : `${JSON.stringify(value)}\n`
  response.writeHead(status, {
    'Content-Type': 'application/json',
    'Content-Length': Buffer.byteLength(text),
    ...headers,
  })
  response.end(text)
}

// Serves `routes`: "METHOD /path" to a function (request, url, response) whose result is answered as JSON
// with 200; `{status, body}` chooses another status, and `undefined` means that the function has answered by
// itself.
export function create_request_listener(routes) {
  return async (request, response) => {
    const url = new URL(request.url, 'http://localhost')
    const route = routes[`${request.method} ${url.pathname}`]
    try {
      if (!route) throw no_such_route(routes, url.pathname)
      const result = await route(request, url, response)
      if (result === undefined) return
      if (Number.isInteger(result.status) && 'body' in result)
        answer_json(response, result.status, result.body)
      else answer_json(response, 200, result)
    } catch (error) {
      if (response.headersSent) return void response.destroy()
      answer_json(response, error.status ?? 500, { error: error.message }, error.headers)
    }
  }
}

function no_such_route(routes, path) {
  const methods = Object.keys(routes)
    .filter((route) => route.endsWith(` ${path}`))
    .map((route) => route.split(' ')[0])
  if (methods.length === 0) return new HttpError(404, `no such path: ${path}`)
  return new HttpError(405, 'method not allowed', { Allow: methods.join(', ') })
}

export function listen(server, port, host) {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, () => {
      server.off('error', reject)
      resolve(server.address().port)
    })
  })
}

// A control interface: always plain HTTP, meant for loopback. Gives `{url, close}`.
export async function start_control_api(routes, { port = 0, host = '127.0.0.1' } = {}) {
  const server = http.createServer(create_request_listener(routes))
  const bound = await listen(server, port, host)
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${bound}`,
    close: () =>
      new Promise((resolve) => {
        server.close(resolve)
        server.closeAllConnections()
      }),
  }
}
