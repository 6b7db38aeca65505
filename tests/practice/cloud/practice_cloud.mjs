// The practice Mizo cloud: the other end of docs/link-protocol.md, with a durable log and faults on demand.
//
//   const cloud = await start_practice_cloud({ folder, port: 0, control_port: 0 })
//   const code = cloud.make_code()              // then let a relay enrol at cloud.enroll_url
//   cloud.fault({ fault: 'close', code: 4503, retry_ms: 200 })
//   cloud.events().items                        // what came, with hash, times and repeats
//   await cloud.close()
import { randomUUID } from 'node:crypto'
import fs from 'node:fs'
import { HttpError, start_control_api } from '../support/http.mjs'
import { Assistant } from './assistant.mjs'
import { BatchLinks } from './batch_links.mjs'
import { control_routes } from './control.mjs'
import { EventLog } from './event_log.mjs'
import { apply_fault } from './fault_commands.mjs'
import { Faults } from './faults.mjs'
import { link_routes } from './link_http.mjs'
import { LinkListener } from './link_listener.mjs'
import { Close, LinkSession } from './link_session.mjs'
import { TokenVerifier } from './link_token.mjs'
import { Recorder } from './recorder.mjs'
import { Relays } from './relays.mjs'

export const DEFAULT_LIMITS = {
  window: { events: 256, bytes: 8 * 1024 * 1024 },
  heartbeat_ms: 20000,
  dead_ms: 50000,
  progress_ms: 30000,
  max_message: 8 * 1024 * 1024,
}
const LOOPBACK = ['127.0.0.1', '::1', 'localhost']
const CONNECTIONS_KEPT = 1000
const ANSWERED_WITHIN_MS = 30_000

class PracticeCloud {
  #listener
  #control
  #verifier
  #options
  #sessions = new Set()
  #asked = new Map() // rid -> who waits for its answer

  constructor(options) {
    this.#options = options
    fs.mkdirSync(options.folder, { recursive: true })
    this.limits = { ...DEFAULT_LIMITS, ...options.limits }
    this.caps = options.caps ?? []
    this.faults = new Faults()
    this.recorder = new Recorder()
    this.relays = new Relays(options.folder)
    this.#verifier = new TokenVerifier({ relays: this.relays, hosts: options.names ?? LOOPBACK })
    this.log = new EventLog({
      folder: options.folder,
      bodies: options.bodies,
      on_problem: ({ relay, seq }, text) =>
        this.recorder.violation('identity_of_event', text, { relay_id: relay, seq }),
    })
    this.assistant = options.assistant ? new Assistant(this) : null
    this.batches = new BatchLinks(this)
    this.disconnects = []
    this.connection_attempts = 0
  }

  async start() {
    const { host = '127.0.0.1', port = 0, control_port = 0, tls = null, deflate = false } = this.#options
    if (!tls && !LOOPBACK.includes(host))
      throw new Error('without TLS only a loopback address may be listened on')
    this.#listener = new LinkListener({ cloud: this, routes: link_routes(this), tls, deflate })
    await this.#listener.listen(port, host)
    this.#control = await start_control_api(control_routes(this), { port: control_port })
    const authority = `${host.includes(':') ? `[${host}]` : host}:${this.#listener.port}`
    this.port = this.#listener.port
    this.connect_url_here = `${tls ? 'wss' : 'ws'}://${authority}/link/v1/connect`
    this.base_url = `${tls ? 'https' : 'http'}://${authority}`
    this.control_url = this.#control.url
    return this
  }

  async close() {
    for (const { timer } of this.#asked.values()) clearTimeout(timer)
    for (const session of this.#sessions) session.terminate()
    await Promise.all([this.#listener.close(), this.#control.close()])
    await this.log.close()
  }

  // --- what tests and the control interface use ---

  make_code({ expires_in_ms } = {}) {
    return this.relays.make_code(this.now(), expires_in_ms)
  }

  // The live connections, all or of one relay, the newest first.
  live_sessions(relay_id) {
    return [...this.#sessions]
      .filter((session) => session.live && (!relay_id || session.relay_id === relay_id))
      .reverse()
  }

  live_session(relay_id) {
    const [session] = this.live_sessions(relay_id)
    if (!session) throw new HttpError(409, 'no relay is connected')
    return session
  }

  send(frame, { relay_id, unchecked } = {}) {
    this.live_session(relay_id).send(frame, { unchecked })
  }

  // Asks the relay, and gives its answer: a `response` to a request, a `done` to a command. An answer has to
  // come, though it be "timeout".
  ask(frame, { relay_id, within_ms = ANSWERED_WITHIN_MS } = {}) {
    const asked = { rid: randomUUID(), ...frame }
    return new Promise((resolve, reject) => {
      const late = () => reject(new Error(`no answer to ${JSON.stringify(asked).slice(0, 200)}`))
      this.#asked.set(asked.rid, { resolve, timer: setTimeout(late, within_ms) })
      this.send(asked, { relay_id })
    })
  }

  on_answer(frame) {
    const asked = this.#asked.get(frame.rid)
    if (!asked) return
    this.#asked.delete(frame.rid)
    clearTimeout(asked.timer)
    asked.resolve(frame)
  }

  fault(command) {
    return apply_fault(this, command)
  }

  // Arrivals in the order of the log, from number `after` on.
  events({ after = 0, limit = Infinity } = {}) {
    const { arrivals } = this.log.ledger
    const items = arrivals.slice(after, after + limit)
    return {
      items,
      next: after + items.length,
      total: arrivals.length,
      unique: this.log.ledger.unique_count(),
    }
  }

  violations() {
    return this.recorder.violations
  }

  status() {
    const { ledger, syncs } = this.log
    return {
      connect_url: this.connect_url_here,
      base_url: this.base_url,
      relays: this.relays.list(),
      streams: ledger.streams(),
      sessions: [...this.#sessions].map((session) => session.describe()),
      disconnects: this.disconnects.slice(-20),
      connection_attempts: this.connection_attempts,
      batch_requests: this.batches.requests,
      open_sockets: this.#listener.connection_count,
      arrivals: ledger.arrivals.length,
      unique: ledger.unique_count(),
      dead_letters: ledger.dead_letters,
      violations: this.recorder.violation_count,
      frames: this.recorder.counts,
      syncs,
      faults: this.faults.describe(),
    }
  }

  // --- what the listener and the sessions use ---

  now() {
    return Date.now() + this.faults.clock_offset_ms
  }

  timestamp() {
    return new Date(this.now()).toISOString()
  }

  verify_token({ headers }) {
    return this.#verifier.verify(headers.authorization, this.now())
  }

  // Behind a proxy the relay must come back to the name that it asked for.
  connect_url({ headers, socket }) {
    return `${socket.encrypted ? 'wss' : 'ws'}://${headers.host}/link/v1/connect`
  }

  on_connection_attempt() {
    this.connection_attempts += 1
  }

  on_link(ws, socket, peer, relay_id) {
    const session = new LinkSession({ ws, socket, peer, relay_id, cloud: this })
    this.#sessions.add(session)
    return session
  }

  on_session_end(session, code, reason) {
    this.#sessions.delete(session)
    this.disconnects.push({
      at: this.timestamp(),
      relay_id: session.relay_id,
      session: session.session,
      code,
      reason,
    })
    if (this.disconnects.length > CONNECTIONS_KEPT) this.disconnects.shift()
  }

  // Who wins where the relay is connected already (the table of section 4); whether the newcomer is let in.
  admit(newcomer, { fence, boot_id }) {
    for (const other of this.live_sessions(newcomer.relay_id)) {
      if (fence < other.hello.fence) return refuse(newcomer, Close.superseded, 'superseded by a higher fence')
      if (fence > other.hello.fence) {
        other.close(Close.superseded, 'superseded by a higher fence')
      } else if (boot_id !== other.hello.boot_id) {
        other.close(Close.conflict, 'two databases with one identity')
        return refuse(newcomer, Close.conflict, 'two databases with one identity')
      } else if (!other.draining) {
        other.leave()
      }
    }
    return true
  }
}

function refuse(session, code, text) {
  session.close(code, text)
  return false
}

// Options: `folder` (the durable state; needed), `host`, `port`, `control_port`, `tls` ({key, cert} in PEM),
// `names` (what `aud` may be), `limits` (as in welcome), `caps`, `bodies` ("full" or "digest"), `deflate`,
// `assistant` (true: it works on new tickets; see assistant.mjs).
export function start_practice_cloud(options) {
  return new PracticeCloud(options).start()
}
