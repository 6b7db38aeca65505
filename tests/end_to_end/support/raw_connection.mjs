// A TCP (or TLS) connection written by hand, for requests that no HTTP client would send.
import net from 'node:net'
import tls from 'node:tls'
import { until } from '../../practice/support/until.mjs'

const WITHIN_MS = 5_000

export class RawConnection {
  #received = Buffer.alloc(0)

  constructor(socket) {
    this.socket = socket
    this.closed = false // the peer has ended it, or it broke
    this.opened_at = performance.now()
    socket.on('data', (bytes) => {
      this.#received = Buffer.concat([this.#received, bytes])
    })
    socket.on('error', () => {})
    for (const event of ['end', 'close']) {
      socket.on(event, () => {
        this.closed_at ??= performance.now()
        this.closed = true
      })
    }
  }

  // Options as of net.connect, such as `localAddress`; with `ca`: TLS.
  static open(port, options = {}) {
    const to = { port, host: '127.0.0.1', allowHalfOpen: true, ...options }
    const secure = options.ca !== undefined
    return new Promise((resolve, reject) => {
      const socket = secure ? tls.connect(to) : net.connect(to)
      const connection = new RawConnection(socket)
      socket.once('error', reject)
      socket.once(secure ? 'secureConnect' : 'connect', () => resolve(connection))
    })
  }

  write(bytes) {
    this.socket.write(bytes)
    return this
  }

  get waiting_bytes() {
    return this.#received.length
  }

  // The next answer: `{status, headers, body}`; headers by name in lower case.
  async answer({ timeout_ms = WITHIN_MS, without_body = false } = {}) {
    const parsed = await until(
      () => {
        const answer = parse_answer(this.#received, without_body)
        if (!answer && this.closed)
          throw new Error(`closed after ${JSON.stringify(this.#received.toString())}`)
        return answer
      },
      { what: 'an answer', timeout_ms },
    )
    this.#received = this.#received.subarray(parsed.size)
    return parsed
  }

  // Waits for the peer to end the connection; gives what came before and was not read.
  async ended(timeout_ms = WITHIN_MS) {
    await until(() => this.closed, { what: 'the connection is closed', timeout_ms })
    return this.#received.toString('latin1')
  }

  destroy() {
    this.socket.destroy()
  }
}

function parse_answer(bytes, without_body) {
  const end = bytes.indexOf('\r\n\r\n')
  if (end < 0) return null
  const [status_line, ...fields] = bytes.subarray(0, end).toString('latin1').split('\r\n')
  const headers = Object.fromEntries(
    fields.map((field) => {
      const colon = field.indexOf(':')
      return [field.slice(0, colon).toLowerCase(), field.slice(colon + 1).trim()]
    }),
  )
  const status = Number(status_line.split(' ')[1])
  const length = without_body || status < 200 ? 0 : Number(headers['content-length'] ?? 0)
  const size = end + 4 + length
  if (bytes.length < size) return null
  return { status, headers, body: bytes.subarray(end + 4, size).toString('utf8'), size }
}
