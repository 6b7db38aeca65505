// An HTTP proxy that knows CONNECT alone, with or without Basic auth. `names` says where a name leads: the
// tests have no DNS.
import http from 'node:http'
import https from 'node:https'
import net from 'node:net'
import { connect as tls_connect } from 'node:tls'
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

// What a box in between answers an upgrade with.
const UPGRADES = {
  // The head without its Upgrade: the cloud sees a plain GET.
  strip: null,
  page: 'HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 13\r\n\r\n<html></html>',
  bad_request: 'HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\nConnection: close\r\n\r\n',
  forbidden: 'HTTP/1.1 403 No\r\nContent-Type: text/html\r\nContent-Length: 13\r\n\r\n<html></html>',
  upgrade_required: 'HTTP/1.1 426 Upgrade Required\r\nContent-Length: 0\r\nConnection: close\r\n\r\n',
  reset: '',
}
export const upgrade_kinds = Object.keys(UPGRADES)

// A box in front of the cloud that knows HTTP and no WebSocket, as some that inspect TLS are. The relay takes
// it for the cloud itself.
export class StrippingProxy {
  #sockets = new Set()
  #agent
  requests = [] // "METHOD path", in the order of their coming

  // `upgrade`: one of the kinds above; null: upgrades pass. `tls`: {key, cert} where it opens TLS, and closes
  // it again towards the cloud.
  constructor({ to, upgrade = 'strip', tls = null }) {
    this.to = to
    this.upgrade = upgrade
    this.tls = tls
    this.module = tls ? https : http
    this.#agent = new this.module.Agent({ keepAlive: true, rejectUnauthorized: false })
    this.server = this.module.createServer(tls ?? {}, (request, response) => this.#forward(request, response))
    this.server.keepAliveTimeout = 65_000
    this.server.on('upgrade', (request, socket, head) => this.#on_upgrade(request, socket, head))
    this.server.on('connection', (socket) => this.#watch(socket))
  }

  async start() {
    this.port = await listen(this.server, 0, '127.0.0.1')
    this.url = `${this.tls ? 'https' : 'http'}://127.0.0.1:${this.port}`
    return this
  }

  #forward(request, response) {
    const { method, url, headers } = request
    this.requests.push(`${method} ${url}`)
    const options = { host: '127.0.0.1', port: this.to(), method, path: url, headers, agent: this.#agent }
    const upstream = this.module.request(options, (answer) => {
      response.writeHead(answer.statusCode, answer.headers)
      answer.pipe(response)
      answer.on('error', () => response.destroy())
    })
    upstream.on('error', () => response.destroy())
    response.on('close', () => upstream.destroy())
    request.pipe(upstream)
  }

  #on_upgrade(request, socket, head) {
    this.requests.push(`UPGRADE ${request.url}`)
    if (this.upgrade === null) return this.#pass(request, socket, head)
    if (this.upgrade !== 'strip') return socket.end(UPGRADES[this.upgrade])
    const { upgrade, connection, ...headers } = request.headers
    const options = { host: '127.0.0.1', port: this.to(), path: request.url, headers, agent: this.#agent }
    const upstream = this.module.get(options, (answer) => {
      answer.resume()
      socket.end(`HTTP/1.1 ${answer.statusCode} Refused\r\nContent-Length: 0\r\nConnection: close\r\n\r\n`)
    })
    upstream.on('error', () => socket.destroy())
  }

  #pass(request, socket, head) {
    const connect = this.tls ? tls_connect : net.connect
    const options = { port: this.to(), host: '127.0.0.1', rejectUnauthorized: false }
    const upstream = connect(options, () => {
      const lines = []
      for (let at = 0; at < request.rawHeaders.length; at += 2)
        lines.push(`${request.rawHeaders[at]}: ${request.rawHeaders[at + 1]}`)
      upstream.write(`GET ${request.url} HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n`)
      upstream.write(head)
      socket.pipe(upstream).pipe(socket)
    })
    this.#watch(upstream)
    upstream.on('close', () => socket.destroy())
    socket.on('close', () => upstream.destroy())
  }

  // Every connection breaks off, as when the box restarts.
  cut() {
    for (const socket of this.#sockets) socket.destroy()
  }

  #watch(socket) {
    this.#sockets.add(socket)
    socket.on('error', () => {})
    socket.on('close', () => this.#sockets.delete(socket))
  }

  close() {
    this.cut()
    this.#agent.destroy()
    return new Promise((resolve) => this.server.close(resolve))
  }
}
