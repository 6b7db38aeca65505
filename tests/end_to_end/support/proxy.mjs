// An HTTP proxy that knows CONNECT alone, with or without Basic auth. `names` says where a name leads: the
// tests have no DNS.
import http from 'node:http'
import net from 'node:net'
import { listen } from '../../practice/support/http.mjs'

export class ConnectProxy {
  #sockets = new Set()
  requests = [] // {target, authorization}, in the order of their coming

  constructor({ names = {}, user, password } = {}) {
    this.names = names
    this.expected = user ? `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}` : undefined
    this.server = http.createServer((request, response) => response.writeHead(405).end())
    this.server.on('connect', (request, socket, head) => this.#connect(request, socket, head))
  }

  async start() {
    this.port = await listen(this.server, 0, '127.0.0.1')
    this.address = `127.0.0.1:${this.port}`
    this.url = `http://${this.address}`
    return this
  }

  #connect({ url, headers }, socket, head) {
    const authorization = headers['proxy-authorization']
    this.requests.push({ target: url, authorization })
    this.#watch(socket)
    if (authorization !== this.expected)
      return socket.end(
        'HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic realm="p"\r\n\r\n',
      )
    const to = this.names[url]
    if (!to) return socket.end('HTTP/1.1 502 Bad Gateway\r\n\r\n')
    const upstream = net.connect(to, '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 Connection established\r\n\r\n')
      upstream.write(head)
      socket.pipe(upstream).pipe(socket)
    })
    this.#watch(upstream)
    upstream.on('close', () => socket.destroy())
    socket.on('close', () => upstream.destroy())
  }

  #watch(socket) {
    this.#sockets.add(socket)
    socket.on('error', () => {})
    socket.on('close', () => this.#sockets.delete(socket))
  }

  close() {
    for (const socket of this.#sockets) socket.destroy()
    return new Promise((resolve) => this.server.close(resolve))
  }
}
