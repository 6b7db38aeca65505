// POST /link/v1/batch: links that travel by HTTPS requests ("Fallback" in docs/link-protocol.md).
import { randomUUID } from 'node:crypto'
import { read_body } from '../support/http.mjs'
import { BatchWire, Exchange } from './batch_wire.mjs'
import { frame_problem, parse_frame } from './frame_validator.mjs'

const SPARE_BYTES = 64 * 1024
const FRAME_BYTES = 1024 * 1024
const REQUESTS_AT_ONCE = 2

export class BatchLinks {
  #cloud
  #links = new Map() // session to {wire, session}

  constructor(cloud) {
    this.#cloud = cloud
    this.wait_ms = 25000
    this.whole = false // whether responses are sent at their end only
    this.requests = 0
  }

  async handle(request, url, response) {
    const { faults } = this.#cloud
    this.requests += 1
    if (faults.stage === 'before_upgrade') return undefined
    const headers = { Date: new Date(this.#cloud.now()).toUTCString() }
    const refusal = faults.take_refusal('batch') ?? faults.take_refusal('connect')
    if (refusal) return this.#refuse(response, refusal, headers)
    const token = this.#cloud.verify_token(request)
    if (token.problem) {
      this.#cloud.recorder.violation('token', token.problem)
      return this.#refuse(response, { status: 401 }, headers)
    }
    const body = await read_body(request, this.#cloud.limits.max_message + SPARE_BYTES)
    const lines = body.toString('utf8').split('\n').filter(Boolean)
    const exchange = new Exchange({ response, headers, whole: this.whole })
    const hello = this.#read_hello(request, lines, token.relay_id, exchange)
    if (hello && faults.stage !== 'before_welcome') await this.#answer(exchange, hello, lines, request)
    return undefined
  }

  #refuse(response, { status, headers = {}, page = false, body = '' }, own_headers) {
    const type = page ? { 'Content-Type': 'text/html' } : {}
    response.writeHead(status, { ...own_headers, ...type, ...headers })
    response.end(page ? '<html><body>Blocked.</body></html>' : body)
  }

  // The hello; null where the request was refused.
  #read_hello({ headers }, [first = ''], relay_id, exchange) {
    if (headers['content-type'] !== 'application/x-ndjson')
      this.#violation('content_type', `${headers['content-type']}`)
    const { frame, problem } = parse_frame(first)
    this.#cloud.recorder.frame('R→C', frame?.t ?? '?', first, this.#cloud.now())
    const wrong =
      problem ?? (frame.t === 'hello' ? frame_problem(frame) : `${frame.t} is not the first line's`)
    if (!wrong && frame.relay_id === relay_id) return frame
    this.#violation('hello', wrong ?? 'hello and token name different relays')
    exchange.status = 400
    exchange.write(JSON.stringify({ t: 'bye', code: 4003, text: 'hello is wrong' }))
    exchange.end()
    return null
  }

  async #answer(exchange, hello, lines, { socket }) {
    const known = hello.session ? this.#links.get(hello.session) : null
    if (hello.session && (!known || this.#has_lost(hello))) return this.#send_away(exchange, known)
    const link = known ?? this.#open(hello, lines, socket)
    this.#check_requests(link, hello, lines, exchange)
    await link.wire.readable()
    await link.wire.free()
    const { wire, session } = link
    if (wire.readyState !== wire.OPEN && known) return this.#say_goodbye(exchange, link)
    wire.begin(exchange)
    exchange.is_opening = wire.opening
    if (known) session.welcome_again(hello)
    else wire.emit('message', Buffer.from(lines[0]), false)
    if (wire.readyState !== wire.OPEN) return undefined
    exchange.is_opening = wire.opening = false
    wire.flush()
    for (const line of lines.slice(1)) wire.emit('message', Buffer.from(line), false)
    if (session.bye_received) return wire.close(1000, 'bye was said')
    return this.#end_in_time(exchange, lines)
  }

  // Durable first: the last ack of the response covers all that came with the request.
  #end_in_time(exchange, lines) {
    if (lines.length === 1 && exchange.frames > 1) return exchange.end()
    if (lines.length === 1) return exchange.hold(this.wait_ms)
    return new Promise((resolve) => {
      this.#cloud.log.after_appends(() => {
        queueMicrotask(() => {
          exchange.end()
          resolve()
        })
      })
    })
  }

  #open(hello, lines, socket) {
    const types = lines.slice(1).map((line) => parse_frame(line).frame?.t)
    if (types.length !== 1 || types[0] !== 'ping') this.#violation('before_welcome', `hello with ${types}`)
    const wire = new BatchWire()
    const peer = `${socket.remoteAddress}:${socket.remotePort}`
    const session = this.#cloud.on_link(wire, wire.socket, peer, hello.relay_id)
    const link = { wire, session, under_way: 0 }
    this.#links.set(session.session, link)
    wire.on('close', () => this.#on_close(link))
    return link
  }

  // A bye that found no request waits for the next, for as long as a relay can be silent.
  #on_close({ wire, session }) {
    const forget = () => this.#links.delete(session.session)
    if (wire.has_waiting_lines) setTimeout(forget, session.limits.dead_ms).unref()
    else forget()
  }

  #check_requests(link, hello, lines, exchange) {
    link.under_way += 1
    exchange.on_end(() => {
      link.under_way -= 1
    })
    if (link.under_way > REQUESTS_AT_ONCE)
      this.#violation('requests', `${link.under_way} requests of a link at once`)
    if (link.wire.busy && lines.length > 1) this.#violation('requests', 'two requests with frames at once')
    const bytes = lines.slice(1).reduce((sum, line) => sum + Buffer.byteLength(line), 0)
    if (bytes > FRAME_BYTES && lines.length > 2) this.#violation('batch_size', `${bytes} bytes of frames`)
  }

  #has_lost({ relay_id, stream }) {
    const resume = this.#cloud.log.ledger.resume(relay_id, stream.epoch)
    return resume?.epoch === stream.epoch && resume.durable_seq < stream.acked
  }

  #send_away(exchange, known) {
    const { limits, caps } = this.#cloud
    const welcome = { t: 'welcome', session: randomUUID(), resume: null, ...limits }
    exchange.write(JSON.stringify({ ...welcome, now: this.#cloud.timestamp(), caps }))
    exchange.write(JSON.stringify({ t: 'bye', code: 4001, text: 'this link is not known here' }))
    exchange.end()
    known?.wire.terminate()
  }

  #say_goodbye(exchange, { wire, session }) {
    exchange.write(JSON.stringify(session.welcome_frame()))
    for (const line of wire.take_waiting_lines()) exchange.write(line)
    exchange.end()
    this.#links.delete(session.session)
  }

  #violation(kind, text) {
    this.#cloud.recorder.violation(kind, text)
  }
}
