// The public port: TCP, perhaps TLS, HTTP for enrolment and keys, and the WebSocket upgrade.
// Each stage can be a black hole or a refusal, as faults.mjs says.
import http from 'node:http'
import https from 'node:https'
import net from 'node:net'
import { WebSocketServer } from 'ws'
import { create_request_listener, listen } from '../support/http.mjs'

export const SUB_PROTOCOL = 'mizo-link.v1'
const CONNECT_PATH = '/link/v1/connect'
// ws would close with 1009 by itself; the session does so with 4009 at its own, smaller limit.
const HARD_MESSAGE_LIMIT = 64 * 1024 * 1024

export class LinkListener {
  #front
  #http
  #sockets = new Map() // "address:port" of the peer to its TCP socket
  #cloud
  #sub_server

  // `tls`: `{key, cert}` in PEM, or null for plain ws.
  constructor({ cloud, routes, tls, deflate }) {
    this.#cloud = cloud
    this.#sub_server = new WebSocketServer({
      noServer: true,
      maxPayload: HARD_MESSAGE_LIMIT,
      perMessageDeflate: deflate,
      handleProtocols: () => SUB_PROTOCOL,
    })
    const listener = create_request_listener(routes)
    // As a server with a clock does, so that a relay can compare it with its own.
    this.#sub_server.on('headers', (lines) => lines.push(`Date: ${new Date(cloud.now()).toUTCString()}`))
    this.#http = tls
      ? https.createServer({ ...tls, minVersion: 'TLSv1.2' }, listener)
      : http.createServer(listener)
    this.#http.keepAliveTimeout = 65_000
    this.#http.on('upgrade', (request, socket, head) => this.#on_upgrade(request, socket, head))
    this.#front = net.createServer((socket) => this.#on_socket(socket))
  }

  async listen(port, host) {
    this.port = await listen(this.#front, port, host)
  }

  close() {
    for (const socket of this.#sockets.values()) socket.destroy()
    return new Promise((resolve) => this.#front.close(resolve))
  }

  get connection_count() {
    return this.#sockets.size
  }

  #on_socket(socket) {
    const peer = peer_of(socket)
    this.#sockets.set(peer, socket)
    socket.setNoDelay(true)
    socket.on('close', () => this.#sockets.delete(peer))
    socket.on('error', () => {}) // a peer may reset at any time
    this.#cloud.on_connection_attempt()
    if (this.#cloud.faults.stage === 'before_tls') return
    this.#http.emit('connection', socket)
  }

  #on_upgrade(request, stream, head) {
    const { faults, recorder } = this.#cloud
    stream.on('error', () => {})
    if (faults.stage === 'before_upgrade') return
    const refusal = faults.take_refusal('connect') ?? this.#request_refusal(request)
    if (refusal) return this.#refuse(stream, refusal)
    const token = this.#cloud.verify_token(request)
    if (token.problem) {
      recorder.violation('token', token.problem)
      return this.#refuse(stream, { status: 401 })
    }
    const peer = peer_of(stream)
    const socket = this.#sockets.get(peer)
    this.#sub_server.handleUpgrade(request, stream, head, (ws) =>
      this.#cloud.on_link(ws, socket, peer, token.relay_id),
    )
  }

  #request_refusal({ url, headers }) {
    if (url !== CONNECT_PATH) return { status: 404 }
    const offered = (headers['sec-websocket-protocol'] ?? '').split(',').map((name) => name.trim())
    if (!offered.includes(SUB_PROTOCOL)) {
      this.#cloud.recorder.violation('sub_protocol', `offered: ${offered.join(', ')}`)
      return { status: 400 }
    }
    return null
  }

  #refuse(stream, { status, headers = {} }) {
    const lines = Object.entries({
      Date: new Date(this.#cloud.now()).toUTCString(),
      'Content-Length': 0,
      Connection: 'close',
      ...headers,
    }).map(([name, value]) => `${name}: ${value}`)
    stream.end(
      `HTTP/1.1 ${status} ${http.STATUS_CODES[status] ?? 'Refused'}\r\n${lines.join('\r\n')}\r\n\r\n`,
    )
  }
}

// The same for a TLS stream and for the TCP socket below it.
const peer_of = ({ remoteAddress, remotePort }) => `${remoteAddress}:${remotePort}`
