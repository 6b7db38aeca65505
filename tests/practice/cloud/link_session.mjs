// One connection of one relay, from its upgrade to its end: hello, welcome, then frames both ways.
// Decides nothing about order and window (stream_check.mjs) and stores nothing itself (event_log.mjs).
import { randomUUID } from 'node:crypto'
import { create_event_checker, frame_problem, frame_types, parse_frame } from './frame_validator.mjs'
import { StreamCheck } from './stream_check.mjs'

export const Close = {
  orderly: 1000,
  going: 1001,
  heartbeat: 4002,
  protocol: 4003,
  too_large: 4009,
  superseded: 4409,
  conflict: 4410,
  version: 4426,
}
const HELLO_WITHIN_MS = 5000
const LIVENESS_CHECKS = 5

export class LinkSession {
  #cloud
  #check_event = create_event_checker()
  #check = null
  #stored = null // the highest seq of this pass that is on the disk
  #ack_sent = 0
  #ack_scheduled = false
  #pass = 0 // raised by a rewind: stores of an older pass are not acked
  #pings = 0
  #shrink_ping = null
  #heard_at = performance.now()
  #timers = []
  #handlers = {
    event: (frame, text) => this.#on_event(frame, text),
    skip: (frame) => this.#on_skip(frame),
    gap: (frame) => this.#on_gap(frame),
    ping: ({ n }) => this.#cloud.faults.mute || this.send({ t: 'pong', n, at: this.#cloud.timestamp() }),
    pong: ({ n }) => n === this.#shrink_ping && this.#check.window_confirmed(),
    status: (frame) => {
      this.last_status = frame
    },
    tab_action: (frame) => {
      const answer = this.#cloud.faults.tab_answer
      this.send({ t: 'done', rid: frame.rid, ...answer })
      if (answer.ok) this.#cloud.assistant?.on_tab_action(this, frame)
    },
    bye: () => {
      this.bye_received = true
    },
    response: (frame) => {
      this.#cloud.on_answer(frame)
      this.#cloud.assistant?.on_response(frame)
    },
    done: (frame) => this.#cloud.on_answer(frame),
    error: () => {},
  }

  // `socket` is the TCP socket below TLS; faults need it. `cloud` is the context of practice_cloud.mjs.
  constructor({ ws, socket, peer, relay_id, cloud }) {
    this.#cloud = cloud
    this.ws = ws
    this.socket = socket
    this.peer = peer
    this.transport = ws.transport ?? 'websocket'
    this.relay_id = relay_id
    this.session = randomUUID()
    this.hello = null
    this.last_status = null
    this.limits = { ...cloud.limits }
    ws.on('message', (data, binary) => this.#on_message(data, binary))
    ws.on('error', (error) => cloud.recorder.violation('websocket', error.message, this.#where()))
    ws.on('close', (code, reason) => this.#on_close(code, reason))
    this.#after(HELLO_WITHIN_MS, () => this.hello ?? this.#protocol_error('no_hello', 'no hello within 5 s'))
  }

  // Each request of a batch link says hello, and is welcomed: what it is told of the stream counts as an ack.
  welcome_again(hello) {
    this.#heard_at = performance.now()
    this.hello = hello
    if (this.#cloud.faults.acks.on && this.#stored > this.#ack_sent) {
      this.#ack_sent = this.#stored
      this.#check.on_ack_sent(this.#stored)
    }
    const { resume, ...frame } = this.welcome_frame()
    const known = resume?.epoch === hello.stream.epoch
    this.send({ ...frame, resume: known ? { ...resume, durable_seq: this.#ack_sent } : resume })
  }

  welcome_frame() {
    const resume = this.#cloud.log.ledger.resume(this.relay_id, this.hello.stream.epoch)
    const { window, heartbeat_ms, dead_ms, progress_ms, max_message } = this.limits
    return {
      t: 'welcome',
      session: this.session,
      resume,
      window,
      heartbeat_ms,
      dead_ms,
      progress_ms,
      max_message,
      now: this.#cloud.timestamp(),
      caps: this.#cloud.caps,
    }
  }

  get live() {
    return this.hello !== null && this.ws.readyState === this.ws.OPEN
  }

  // Sends one frame of ours; `unchecked` for frames that a test breaks on purpose.
  send(frame, { unchecked = false } = {}) {
    const problem = unchecked ? null : frame_problem(frame)
    if (problem) throw new Error(`the cloud would send a bad ${frame.t}: ${problem}`)
    const text = JSON.stringify(frame)
    this.#cloud.recorder.frame('C→R', frame.t, text, this.#cloud.now())
    if (this.ws.readyState === this.ws.OPEN) this.ws.send(text)
  }

  close(code, text, { bye = true, retry_ms } = {}) {
    if (bye) this.send({ t: 'bye', code, text, ...(retry_ms === undefined ? {} : { retry_ms }) })
    this.ws.close(code, text.slice(0, 120))
  }

  // Followed by another connection of the same start.
  leave() {
    if (this.transport === 'batches') this.ws.leave()
    else this.ws.terminate()
  }

  terminate() {
    this.ws.terminate()
  }

  ping() {
    this.#pings += 1
    this.send({ t: 'ping', n: this.#pings, at: this.#cloud.timestamp() })
    return this.#pings
  }

  rewind(from_seq, reason) {
    if (!this.#check || from_seq > this.#check.expected) throw new Error('a rewind must go back')
    this.#check.step_back(from_seq)
    this.#pass += 1
    this.#stored = null
    this.#ack_sent = from_seq - 1
    this.send({ t: 'rewind', from_seq, reason })
  }

  // A new window goes out with the next ack, or at once by one that repeats the last.
  set_window(window) {
    this.limits.window = window
    this.#check.on_window_sent(window)
    this.send({ t: 'ack', upto: this.#ack_sent, window })
    this.#shrink_ping = this.ping()
  }

  // Sends the ack that is due, if acks are on.
  flush_acks() {
    this.#ack_scheduled = false
    const { on, delay_ms } = this.#cloud.faults.acks
    if (!on || this.#stored === null || this.#stored <= this.#ack_sent) return
    if (delay_ms === 0) return this.#send_ack(this.#stored)
    const [upto, pass] = [this.#stored, this.#pass]
    this.#after(delay_ms, () => pass === this.#pass && this.#send_ack(upto))
  }

  describe() {
    return {
      session: this.session,
      relay_id: this.relay_id,
      peer: this.peer,
      transport: this.transport,
      live: this.live,
      hello: this.hello,
      limits: this.limits,
      expected: this.#check?.expected ?? null,
      ack_sent: this.#ack_sent,
      status: this.last_status,
    }
  }

  #on_message(data, binary) {
    this.#heard_at = performance.now()
    if (data.length > this.limits.max_message) return this.#too_large(data.length)
    if (binary) return this.#protocol_error('binary', 'a binary message')
    const text = data.toString('utf8')
    const { frame, problem } = parse_frame(text)
    this.#cloud.recorder.frame('R→C', frame?.t ?? '?', data, this.#cloud.now())
    if (problem) return this.#protocol_error('malformed', problem)
    if (!this.hello) return this.#on_first_frame(frame)
    if (!frame_types.includes(frame.t)) return this.#unsupported(frame)
    const wrong = frame.t === 'event' ? this.#check_event(frame) : frame_problem(frame)
    if (wrong) return this.#protocol_error('schema', `${frame.t}: ${wrong}`)
    const handler = this.#handlers[frame.t]
    if (!handler) return this.#protocol_error('direction', `${frame.t} is not the relay's to send`)
    handler(frame, text)
  }

  #on_first_frame(frame) {
    if (frame.t !== 'hello') return this.#protocol_error('before_welcome', `${frame.t} came before welcome`)
    const wrong = frame_problem(frame)
    if (wrong) return this.#protocol_error('schema', `hello: ${wrong}`)
    if (frame.relay_id !== this.relay_id)
      return this.#protocol_error('identity', 'hello and token name different relays')
    if (this.#cloud.faults.stage === 'before_welcome') return this.#listen_in_silence()
    if (this.#cloud.faults.take_refusal('version'))
      return this.close(Close.version, 'version no longer served')
    if (!this.#cloud.admit(this, frame)) return
    this.#welcome(frame)
  }

  // The black hole before welcome: whatever else the relay sends now, it sends too early.
  #listen_in_silence() {
    this.ws.removeAllListeners('message')
    this.ws.on('message', (data) => {
      this.#cloud.recorder.frame('R→C', '?', data, this.#cloud.now())
      this.#cloud.recorder.violation('before_welcome', data.toString('utf8').slice(0, 200), this.#where())
    })
    this.#stop_timers()
  }

  #welcome(hello) {
    this.hello = hello
    const { epoch, acked, next_seq } = hello.stream
    const resume = this.#cloud.log.ledger.resume(this.relay_id, epoch)
    const known = resume?.epoch === epoch
    const expected = (known ? resume.durable_seq : acked) + 1
    this.restored_backup = known && resume.durable_seq >= next_seq
    this.#ack_sent = expected - 1
    this.#check = new StreamCheck({ expected, window: this.limits.window })
    this.send({ ...this.welcome_frame(), resume })
    this.#watch_liveness()
  }

  #on_event(frame, text) {
    const { seq } = frame
    const { take, violation } = this.#check.on_event(seq, Buffer.byteLength(text))
    if (violation) this.#on_violation(violation)
    if (!take) return
    const nack = this.#cloud.faults.take_nack(seq)
    if (nack) return this.#refuse_event(nack)
    const pass = this.#pass
    const { epoch } = this.hello.stream
    const arrival = { relay: this.relay_id, epoch, frame, text, at: this.#cloud.timestamp() }
    this.#cloud.log.append_event(arrival, () => {
      this.#on_stored(seq, pass)
      this.#cloud.assistant?.on_event(this, frame)
    })
  }

  #refuse_event(nack) {
    if (!nack.final) {
      this.#check.step_back(nack.seq)
      return this.send({ t: 'nack', ...nack })
    }
    this.#store_dead('dead', nack.seq, nack.text, () => this.send({ t: 'nack', ...nack }))
  }

  #on_skip({ seq, reason }) {
    const { take, violation } = this.#check.on_skip(seq)
    if (violation) this.#on_violation(violation)
    if (take) this.#store_dead('skip', seq, reason)
  }

  #store_dead(r, seq, reason, then) {
    const pass = this.#pass
    const { epoch } = this.hello.stream
    this.#cloud.log.append(
      { r, relay: this.relay_id, epoch, seq, reason, at: this.#cloud.timestamp() },
      () => {
        then?.()
        this.#on_stored(seq, pass)
      },
    )
  }

  #on_gap({ from_seq, first_seq }) {
    const { take, violation } = this.#check.on_gap(from_seq, first_seq)
    if (violation) this.#on_violation(violation)
    if (!take) return
    const { epoch } = this.hello.stream
    this.#ack_sent = first_seq - 1
    this.#cloud.log.append({
      r: 'gap',
      relay: this.relay_id,
      epoch,
      from_seq,
      first_seq,
      at: this.#cloud.timestamp(),
    })
  }

  #on_stored(seq, pass) {
    if (pass !== this.#pass) return
    this.#stored = seq
    if (this.#ack_scheduled) return
    // All the stores of one sync are reported in one go: one ack for them.
    this.#ack_scheduled = true
    queueMicrotask(() => this.flush_acks())
  }

  #send_ack(upto) {
    if (upto <= this.#ack_sent) return
    this.#ack_sent = upto
    this.#check.on_ack_sent(upto)
    this.send({ t: 'ack', upto })
  }

  // Order is broken: going on would break I4. A window that is exceeded is only written down.
  #on_violation(violation) {
    const [kind] = violation.split(':')
    if (kind === 'order') return this.#protocol_error(kind, violation)
    this.#cloud.recorder.violation(kind, violation, this.#where())
  }

  #unsupported(frame) {
    const re = typeof frame.rid === 'string' ? frame.rid : frame.t
    this.send({
      t: 'error',
      code: 'unsupported',
      text: `unknown type ${frame.t.slice(0, 40)}`,
      re: re.slice(0, 64),
    })
  }

  #too_large(size) {
    const text = `a message of ${size} bytes, the limit is ${this.limits.max_message}`
    this.#cloud.recorder.violation('too_large', text, this.#where())
    this.ws.removeAllListeners('message')
    // All that came before is stored and acked first, so that the relay knows which event is meant.
    this.#cloud.log.after_appends(() => {
      this.flush_acks()
      this.close(Close.too_large, text)
    })
  }

  #protocol_error(kind, text) {
    this.#cloud.recorder.violation(kind, text, this.#where())
    this.ws.removeAllListeners('message')
    this.close(Close.protocol, `${kind}: ${text}`)
  }

  #watch_liveness() {
    const { heartbeat_ms, dead_ms } = this.limits
    let pinged_at = 0
    const timer = setInterval(
      () => {
        const now = performance.now()
        const silence = now - this.#heard_at
        if (this.#cloud.faults.mute) return
        if (silence >= dead_ms) return this.close(Close.heartbeat, 'nothing heard', { bye: false })
        // In batches the relay asks, and nothing can be asked of it.
        if (this.transport === 'batches') return
        if (silence < heartbeat_ms || now - pinged_at < heartbeat_ms) return
        pinged_at = now
        this.ping()
      },
      Math.max(5, heartbeat_ms / LIVENESS_CHECKS),
    )
    this.#timers.push(timer)
  }

  #after(ms, action) {
    this.#timers.push(setTimeout(action, ms))
  }

  #stop_timers() {
    for (const timer of this.#timers) clearTimeout(timer)
    this.#timers = []
  }

  #on_close(code, reason) {
    this.#stop_timers()
    this.#cloud.on_session_end(this, code, reason.toString())
  }

  #where() {
    return { relay_id: this.relay_id, session: this.session }
  }
}
