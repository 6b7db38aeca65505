// Every webhook's deliveries: its own queue, the instance's way of signing and sending, one log.
import { generateKeyPair } from 'node:crypto'
import { promisify } from 'node:util'
import { halo_time } from './clock.mjs'
import { DeliveryQueue } from './delivery_queue.mjs'
import { body_kind, is_fired } from './occurrences.mjs'
import { Sender } from './sender.mjs'
import { check_signing, sign_headers, with_bom } from './signer.mjs'
import { make_occurrence } from './webhook_body.mjs'
import { BATCH_METHODS, PAYLOAD_TYPES, fires, signing_of } from './webhooks.mjs'

export class Deliveries {
  #instance
  #certificates
  #channels = new Map() // webhook id -> {queue, gathered, timer}
  #sender = new Sender()
  #stranger_key = null
  log = [] // one row a try, of all webhooks
  deliveries = []
  settings = { signing: check_signing({}), sending: {}, retry: {}, concurrency: 1 }

  constructor(instance, certificates) {
    this.#instance = instance
    this.#certificates = certificates
  }

  // Changes what is given: `signing` (see signer.mjs), `sending` (sender.mjs), `retry` (delivery_queue.mjs),
  // `concurrency`. New queues begin; the log goes on.
  configure({ signing, sending, retry, concurrency }) {
    const { settings } = this
    if (signing) settings.signing = check_signing({ ...settings.signing, ...signing })
    settings.sending = { ...settings.sending, ...sending }
    settings.retry = { ...settings.retry, ...retry }
    settings.concurrency = concurrency ?? settings.concurrency
    this.close()
    this.#sender = new Sender(settings.sending)
  }

  close() {
    for (const id of this.#channels.keys()) this.drop(id)
    this.#sender.close()
  }

  drop(id) {
    const channel = this.#channels.get(id)
    clearTimeout(channel?.timer)
    channel?.queue.close()
    this.#channels.delete(id)
  }

  // The webhook was changed: what waits goes out, or goes on waiting.
  renew(webhook) {
    const queue = this.#channels.get(webhook.id)?.queue
    if (queue) queue.resume(fires(webhook))
  }

  // Queues one delivery; see DeliveryQueue.add.
  add(webhook, content) {
    return this.#channel(webhook).queue.add(content)
  }

  get pending_count() {
    return [...this.#channels.values()].reduce((sum, { queue }) => sum + queue.pending_count, 0)
  }

  // Something happened to a ticket: each webhook that hears of it delivers.
  happened(happening) {
    const { webhooks, notifications, behaviour } = this.#instance
    for (const notification of notifications.all()) {
      const webhook = webhooks.get(notification.webhook_id)
      if (!webhook || !fires(webhook) || !is_fired(notification, happening)) continue
      const { ticket, action, agent_id } = happening
      const kind = body_kind(notification.eventno, behaviour)
      const payload = PAYLOAD_TYPES[webhook.payload_type] ?? 'small'
      const about = { ticket: { ...ticket }, action, notification_id: notification.id }
      const now_ms = this.#instance.clock.now()
      const of = { kind, payload, ticket_id: ticket.id, agent_id, webhook_id: webhook.id, now_ms }
      this.#gather(webhook, make_occurrence({ ...of, ...about }))
    }
  }

  #gather(webhook, occurrence) {
    const batch = BATCH_METHODS[webhook.batch_method] ?? null
    if (batch === null) return this.add(webhook, { occurrences: [occurrence], batch })
    const channel = this.#channel(webhook)
    const { gathered } = channel
    gathered.push(occurrence)
    const send = () => {
      clearTimeout(channel.timer)
      channel.timer = null
      this.add(webhook, { occurrences: gathered.splice(0), batch })
    }
    if (gathered.length >= (webhook.batch_limit || 100)) send()
    else channel.timer ??= setTimeout(send, webhook.batch_delay_seconds * 1000)
  }

  #channel(webhook) {
    if (!this.#channels.has(webhook.id)) {
      const { retry, concurrency } = this.settings
      const queue = new DeliveryQueue({
        send: (delivery, body) => this.#deliver(webhook, delivery, body),
        retry,
        concurrency,
        clock: this.#instance.clock,
        auto_disable: {
          attempts: () => webhook.auto_disable_attempts,
          disabled: () => this.#disable(webhook),
        },
        record: { log: this.log, deliveries: this.deliveries, webhook_id: webhook.id },
      })
      queue.active = webhook.active && !webhook.disabled
      this.#channels.set(webhook.id, { queue, gathered: [], timer: null })
    }
    return this.#channels.get(webhook.id)
  }

  #disable(webhook) {
    webhook.disabled = true
    webhook.last_auto_disable_date = halo_time(this.#instance.clock.now())
  }

  async #deliver(webhook, { forged, alter = {} }, plain) {
    const body = alter.bom ? with_bom(plain) : plain
    const key = forged ? await this.#stranger() : this.#certificates.key_of(webhook)
    const signing = signing_of(webhook, this.settings.signing)
    if (signing.mode === 'x509' && !key) return not_sent(plain, 'the webhook has no certificate to sign with')
    if (this.#instance.behaviour.reaches_relay === 'no')
      return not_sent(plain, 'Unable to connect to the remote server')
    const requestheaders = sign_headers(body, signing, key)
    const sent = alter.flip_bit === undefined ? body : flip_bit(body, alter.flip_bit)
    const answer = await this.#sender.send(webhook.url, sent, requestheaders, { get: webhook.method === 1 })
    webhook.last_status = answer.status
    return { requestheaders, sent, answer }
  }

  // A key that nobody issued.
  async #stranger() {
    this.#stranger_key ??= (await promisify(generateKeyPair)('rsa', { modulusLength: 2048 })).privateKey
    return this.#stranger_key
  }
}

const not_sent = (sent, error) => ({
  requestheaders: {},
  sent,
  answer: { status: 0, headers: {}, body: '', error, duration_ms: 0 },
})

function flip_bit(body, bit) {
  const flipped = Buffer.from(body)
  flipped[(bit >> 3) % flipped.length] ^= 1 << (bit & 7)
  return flipped
}
