// The practice HaloPSA: signs webhook bodies with an uploaded PFX, delivers them with retries, and keeps the
// log.
//
//   const halo = await start_practice_halopsa({ webhook: { url, ca } })
//   await halo.load_certificate(pfx_bytes, password)
//   const [delivery] = halo.send({ kind: 'created', payload: 'full' })
//   const row = await delivery.settled          // the last row of its log
//   await halo.close()
import { generateKeyPair, randomUUID } from 'node:crypto'
import { promisify } from 'node:util'
import { start_control_api } from '../support/http.mjs'
import { control_routes } from './control.mjs'
import { DeliveryQueue } from './delivery_queue.mjs'
import { open_pfx } from './pfx.mjs'
import { Sender } from './sender.mjs'
import { check_signing, sign_headers, with_bom } from './signer.mjs'
import { make_occurrence, repeat_occurrence } from './webhook_body.mjs'

class PracticeHaloPsa {
  #control
  #sender
  #queue
  #stranger_key = null
  #certificate = null
  #next_ticket = 4242

  constructor({ webhook = {}, control_port = 0 }) {
    this.control_port = control_port
    this.webhook = {
      id: randomUUID(),
      url: null,
      signing: check_signing({}),
      sending: {},
      retry: {},
      concurrency: 1,
    }
    this.set_webhook(webhook)
  }

  async start() {
    this.#control = await start_control_api(control_routes(this), { port: this.control_port })
    this.control_url = this.#control.url
    return this
  }

  async close() {
    this.#queue.close()
    this.#sender.close()
    await this.#control.close()
  }

  // From here on everything is signed with this certificate, as after an upload in HaloPSA's settings.
  async load_certificate(pfx, password) {
    this.#certificate = await open_pfx(pfx, password)
    return this.certificate()
  }

  certificate() {
    if (!this.#certificate) return null
    const { thumbprint, subject, not_after } = this.#certificate
    return { thumbprint, subject, not_after }
  }

  // Changes what is given: `url`, `signing` (see signer.mjs), `sending` (sender.mjs), `retry`
  // (delivery_queue.mjs), `concurrency`, `active`. A change begins a new queue; the log goes on.
  set_webhook({ signing, sending, retry, active, ...rest }) {
    const { webhook } = this
    Object.assign(webhook, rest)
    if (signing) webhook.signing = check_signing({ ...webhook.signing, ...signing })
    webhook.sending = { ...webhook.sending, ...sending }
    webhook.retry = { ...webhook.retry, ...retry }
    const before = this.#queue
    before?.close()
    this.#sender?.close()
    this.#sender = new Sender(webhook.sending)
    this.#queue = new DeliveryQueue({
      send: (delivery, body) => this.#deliver(delivery, body),
      retry: webhook.retry,
      concurrency: webhook.concurrency,
    })
    this.#queue.active = active ?? true
    if (before) Object.assign(this.#queue, { log: before.log, deliveries: before.deliveries })
  }

  // Queues `count` deliveries and gives them. Each has one occurrence, or `batch_size` of them where `batch`
  // is set. Options beside those of make_occurrence: `body` (Buffer: these very bytes), `forged` (another
  // key), `flip_bit` (that bit of the body, after signing), `bom`, `once` (no retries), `ticket_id` (else
  // they count up).
  send({ count = 1, batch = null, batch_size = 3, body, forged, flip_bit, bom, once, ...occurrence } = {}) {
    if (!this.webhook.url) throw new Error('no webhook URL is set')
    return Array.from({ length: count }, () => {
      const size = batch === null ? 1 : batch_size
      const occurrences = body ? [] : Array.from({ length: size }, () => this.#occurrence(occurrence))
      const alter = { bom, flip_bit }
      return this.#queue.add({
        occurrences,
        batch,
        body,
        forged,
        alter,
        once: once ?? Boolean(forged || flip_bit !== undefined),
      })
    })
  }

  // The same occurrences once more (same escmsg_id, another id), as by HaloPSA's own retry or an admin's
  // hand. `exact`: the very same bytes. Without `delivery_id`, the last delivery.
  repeat({ delivery_id, exact = false } = {}) {
    const { deliveries } = this.#queue
    const earlier = delivery_id ? deliveries.find(({ id }) => id === delivery_id) : deliveries.at(-1)
    if (!earlier) throw new Error('there is no such delivery to repeat')
    const occurrences = exact ? earlier.occurrences : earlier.occurrences.map(repeat_occurrence)
    return this.#queue.add({ occurrences, batch: earlier.batch, body: earlier.body, alter: earlier.alter })
  }

  // The log: one row a try, oldest first.
  deliveries() {
    return this.#queue.log
  }

  status() {
    const { deliveries, log, pending_count, active } = this.#queue
    const states = {}
    for (const { state } of deliveries) states[state] = (states[state] ?? 0) + 1
    const { ca, ...sending } = this.webhook.sending
    return {
      certificate: this.certificate(),
      webhook: { ...this.webhook, sending: { ...sending, extra_ca: Boolean(ca) }, active },
      deliveries: states,
      tries: log.length,
      pending: pending_count,
    }
  }

  #occurrence({ ticket_id, ...rest }) {
    const next = ticket_id ?? this.#next_ticket++
    return make_occurrence({ webhook_id: this.webhook.id, ticket_id: next, ...rest })
  }

  async #deliver({ forged, alter = {} }, plain) {
    const body = alter.bom ? with_bom(plain) : plain
    const key = forged ? await this.#stranger() : this.#certificate?.key
    const requestheaders = sign_headers(body, this.webhook.signing, key)
    const sent = alter.flip_bit === undefined ? body : flip_bit(body, alter.flip_bit)
    const answer = await this.#sender.send(this.webhook.url, sent, requestheaders)
    return { requestheaders, sent, answer }
  }

  // A key that nobody issued.
  async #stranger() {
    this.#stranger_key ??= (await promisify(generateKeyPair)('rsa', { modulusLength: 2048 })).privateKey
    return this.#stranger_key
  }
}

function flip_bit(body, bit) {
  const flipped = Buffer.from(body)
  flipped[(bit >> 3) % flipped.length] ^= 1 << (bit & 7)
  return flipped
}

// Options: `webhook` (as set_webhook takes it), `control_port`.
export function start_practice_halopsa(options = {}) {
  return new PracticeHaloPsa(options).start()
}
