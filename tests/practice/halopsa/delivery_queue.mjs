// HaloPSA's delivery queue and its log: each delivery is tried until it is answered 2xx, and each try leaves
// a row, as the Deliveries tab (and the API's WebhookEvent) shows them.
import { randomUUID } from 'node:crypto'
import { encode_body, repeat_occurrence } from './webhook_body.mjs'

export const DEFAULT_RETRY = {
  interval_ms: 60000,
  attempts_max: 10,
  fresh_id: true, // a new `id` for each try; `escmsg_id` always stays
  auto_disable_attempts: 0, // the webhook is switched off after so many failures in a row; 0: never
}

export class DeliveryQueue {
  #send // async (delivery, body) -> {requestheaders, sent, answer}
  #retry
  #concurrency
  #clock
  #auto_disable
  #webhook_id
  #waiting = []
  #running = 0
  #timers = new Set()
  #failures_in_row = 0
  #closed = false
  active = true
  log // one row a try
  deliveries

  // `record`: where rows and deliveries are kept, and of which webhook they are. `auto_disable`: {attempts(),
  // disabled()}, the webhook's own limit of failures in a row and what is done at it.
  constructor({ send, retry = {}, concurrency = 1, clock, auto_disable, record }) {
    this.#send = send
    this.#retry = { ...DEFAULT_RETRY, ...retry }
    this.#concurrency = concurrency
    this.#clock = clock
    this.#auto_disable = auto_disable
    this.#webhook_id = record.webhook_id
    this.log = record.log
    this.deliveries = record.deliveries
  }

  // Queues `{occurrences, batch, body?, alter?, forged?}`; gives the delivery, whose `settled` ends with its
  // last row. `body`: these very bytes instead of the occurrences. `alter`: {bom, flip_bit} done to the
  // bytes.
  add(content) {
    const delivery = { id: randomUUID(), state: 'waiting', tries: 0, ...content }
    delivery.settled = new Promise((resolve) => {
      delivery.settle = resolve
    })
    this.deliveries.push(delivery)
    this.#waiting.push(delivery)
    this.#run()
    return delivery
  }

  // The webhook was switched on or off by somebody.
  resume(active) {
    if (active && !this.active) this.#failures_in_row = 0
    this.active = active
    this.#run()
  }

  get pending_count() {
    return this.#waiting.length + this.#running + this.#timers.size
  }

  close() {
    this.#closed = true
    for (const timer of this.#timers) clearTimeout(timer)
    this.#waiting = []
  }

  #run() {
    while (!this.#closed && this.active && this.#running < this.#concurrency && this.#waiting.length > 0) {
      this.#running += 1
      this.#try(this.#waiting.shift()).finally(() => {
        this.#running -= 1
        this.#run()
      })
    }
  }

  async #try(delivery) {
    delivery.tries += 1
    if (delivery.tries > 1 && this.#retry.fresh_id)
      delivery.occurrences = delivery.occurrences.map(repeat_occurrence)
    const body = delivery.body ?? encode_body(delivery.occurrences, delivery.batch)
    const timestamp = new Date(this.#clock.now()).toISOString()
    const { requestheaders, sent, answer } = await this.#send(delivery, body)
    const row = this.#add_row(delivery, { timestamp, requestheaders, sent, answer })
    this.#settle_or_retry(delivery, row)
  }

  #add_row(delivery, { timestamp, requestheaders, sent, answer }) {
    const [first] = delivery.occurrences
    const row = {
      id: randomUUID(),
      delivery_id: delivery.id,
      attempt: delivery.tries,
      webhook_id: this.#webhook_id,
      notification_id: first?.notification_id,
      escmsg_ids: delivery.occurrences.map(({ escmsg_id }) => escmsg_id),
      entity_id: first?.object_id ?? first?.data?.ticket.id,
      timestamp,
      status: is_success(answer) ? 'success' : 'failed',
      requestheaders,
      requestbody: sent.toString('utf8'),
      requestbody_base64: sent.toString('base64'),
      responsestatus: answer.status,
      responseheaders: answer.headers,
      responsebody: answer.body,
      error: answer.error,
      duration_ms: answer.duration_ms,
      expected_refused: Boolean(delivery.forged || delivery.alter?.flip_bit !== undefined),
    }
    this.log.push(row)
    return row
  }

  #settle_or_retry(delivery, row) {
    if (row.status === 'success') {
      this.#failures_in_row = 0
      return settle(delivery, 'delivered', row)
    }
    this.#failures_in_row += 1
    const { attempts_max, interval_ms } = this.#retry
    const limit = this.#auto_disable.attempts() || this.#retry.auto_disable_attempts
    if (this.active && limit > 0 && this.#failures_in_row >= limit) {
      this.active = false
      this.#auto_disable.disabled()
    }
    if (delivery.tries >= attempts_max || delivery.once) return settle(delivery, 'failed', row)
    delivery.state = 'retrying'
    const timer = setTimeout(() => {
      this.#timers.delete(timer)
      this.#waiting.push(delivery)
      this.#run()
    }, interval_ms)
    this.#timers.add(timer)
  }
}

const is_success = ({ status }) => status >= 200 && status < 300

function settle(delivery, state, row) {
  delivery.state = state
  delivery.settle(row)
}
