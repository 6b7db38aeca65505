// What carries the frames of a batch link: requests and their responses, behind the face of a WebSocket (as
// far as LinkSession knows one), so that one session serves both.
import { EventEmitter } from 'node:events'

const CLOSED = 3
const OPEN = 1
// How a hello is refused; what else ends a link is said in a response of frames.
const STATUS_OF_CLOSE = { 4003: 400, 4409: 409, 4410: 409, 4426: 426 }

export class BatchWire extends EventEmitter {
  OPEN = OPEN
  readyState = OPEN
  transport = 'batches'
  opening = true // until the hello has been answered
  #exchange = null // the request that is being answered
  #waiting_lines = [] // for the next one
  #resumed = null
  #resume = null

  // What faults.mjs knows of a TCP socket and of a WebSocket's own.
  socket = { resetAndDestroy: () => this.#exchange?.reset() }
  _socket = { write: (bytes) => this.send(bytes) }

  get busy() {
    return this.#exchange !== null && !this.#exchange.waits
  }

  // Once nothing that carries frames is being answered.
  free() {
    return this.busy ? new Promise((resolve) => this.#exchange.on_end(resolve)) : null
  }

  // Answers this request from here on; what waited is answered first, so that order is kept.
  begin(exchange) {
    this.#exchange?.end()
    this.#exchange = exchange
    exchange.on_end(() => {
      if (this.#exchange === exchange) this.#exchange = null
    })
  }

  // What could not be said yet, once the welcome has been.
  flush() {
    for (const line of this.#waiting_lines.splice(0)) this.#exchange.write(line)
  }

  take_waiting_lines() {
    return this.#waiting_lines.splice(0)
  }

  get has_waiting_lines() {
    return this.#waiting_lines.length > 0
  }

  send(line) {
    if (this.#exchange) this.#exchange.write(line)
    else this.#waiting_lines.push(line)
  }

  // The bye has been sent, or waits for the next request.
  close(code, reason) {
    if (this.readyState === CLOSED) return
    this.readyState = CLOSED
    if (this.opening && this.#exchange) this.#exchange.status = STATUS_OF_CLOSE[code] ?? 503
    this.#exchange?.end()
    this.emit('close', code, Buffer.from(reason ?? ''))
  }

  // Superseded by another link of the same relay: its requests end, and nothing is said.
  leave() {
    this.#waiting_lines = []
    this.close(1006, '')
  }

  terminate() {
    this.#exchange?.break_off()
    this.#waiting_lines = []
    this.close(1006, '')
  }

  pause() {
    this.#resumed ??= new Promise((resolve) => {
      this.#resume = resolve
    })
  }

  resume() {
    this.#resume?.()
    this.#resumed = null
  }

  readable() {
    return this.#resumed
  }
}

// One response: lines as they come about, or whole at its end.
export class Exchange {
  #response
  #whole
  #lines = []
  #ended = false
  #on_end = []
  #timer = null
  waits = false
  is_opening = false // its status is not known yet
  frames = 0

  constructor({ response, headers, whole }) {
    this.#response = response
    this.#whole = whole
    this.headers = { 'Content-Type': 'application/x-ndjson', ...headers }
    this.status = 200
    response.on('close', () => this.#finish())
  }

  on_end(action) {
    this.#on_end.push(action)
  }

  write(line) {
    if (this.#ended) return
    this.frames += 1
    this.#lines.push(Buffer.isBuffer(line) ? line : Buffer.from(line), Buffer.from('\n'))
    if (!this.#whole && !this.is_opening) this.#send()
    // What is said in one go travels together.
    if (this.waits) setImmediate(() => this.end())
  }

  // Nothing to say yet: it is held until there is, for so long at most.
  hold(for_ms) {
    this.waits = true
    this.#timer = setTimeout(() => this.end(), for_ms)
    this.#timer.unref()
  }

  end() {
    if (this.#ended) return
    if (!this.#response.headersSent) this.headers['Content-Length'] = Buffer.concat(this.#lines).length
    this.#send()
    this.#response.end()
    this.#finish()
  }

  break_off() {
    this.#response.destroy()
    this.#finish()
  }

  reset() {
    this.#response.socket?.resetAndDestroy()
    this.#finish()
  }

  #send() {
    if (!this.#response.headersSent) this.#response.writeHead(this.status, this.headers)
    if (this.#lines.length > 0) this.#response.write(Buffer.concat(this.#lines.splice(0)))
  }

  #finish() {
    if (this.#ended) return
    this.#ended = true
    clearTimeout(this.#timer)
    for (const action of this.#on_end) action()
  }
}
