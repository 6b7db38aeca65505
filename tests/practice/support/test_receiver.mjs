// The simplest webhook receiver: keeps each request as it came, and answers as it is told.
import http from 'node:http'
import https from 'node:https'
import { listen, read_body } from './http.mjs'

// `answer(number, request)`: `{status, headers?, body?}`, or null to say nothing at all.
export async function start_receiver(
  t,
  { tls = null, answer = () => ({ status: 200 }), on_continue = null } = {},
) {
  const requests = []
  const listener = async (request, response) => {
    const body = await read_body(request)
    const { method, url, headers, httpVersion } = request
    requests.push({ method, url, headers, httpVersion, body, port: request.socket.remotePort })
    const told = answer(requests.length, request)
    if (told === null) return
    response.writeHead(told.status, told.headers).end(told.body ?? '')
  }
  const server = tls ? https.createServer(tls, listener) : http.createServer(listener)
  if (on_continue) server.on('checkContinue', (request, response) => on_continue(request, response, listener))
  const port = await listen(server, 0, '127.0.0.1')
  t.after(
    () =>
      new Promise((resolve) => {
        server.close(resolve)
        server.closeAllConnections()
      }),
  )
  return { requests, url: `${tls ? 'https' : 'http'}://127.0.0.1:${port}/webhooks/halopsa/token` }
}
