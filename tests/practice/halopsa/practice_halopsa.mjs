// The practice HaloPSA: an instance with its API, which signs webhook bodies with an uploaded PFX, delivers
// them with retries, and keeps the log.
//
//   const halo = await start_practice_halopsa({ guide: 'done', webhook: { url, ca } })
//   await halo.load_certificate(pfx_bytes, password)
//   const [delivery] = halo.send({ kind: 'created', payload: 'full' })
//   const row = await delivery.settled          // the last row of its log
//   const ticket = halo.add_ticket({ summary: 'It burns' })   // a real one: its webhooks fire
//   await halo.close()
import { randomUUID } from 'node:crypto'
import { start_control_api } from '../support/http.mjs'
import { OAuth } from './api/oauth.mjs'
import { RateLimit } from './api/rate_limit.mjs'
import { ApiServer } from './api/server.mjs'
import { behave } from './behaviour.mjs'
import { Certificates } from './certificates.mjs'
import { control_routes } from './control.mjs'
import { Deliveries } from './deliveries.mjs'
import { Faults } from './faults.mjs'
import { Guide } from './guide.mjs'
import { Instance } from './instance.mjs'
import { agent_pages } from './agent_pages.mjs'
import { tab_addresses } from './tab_link.mjs'
import { TicketDesk } from './ticket_desk.mjs'
import { make_occurrence, repeat_occurrence } from './webhook_body.mjs'
import { AUTHENTICATION, WEBHOOK_FIELDS, fires } from './webhooks.mjs'

const AN_AGENT = 3
export const GUIDES = ['nothing', 'done']
export const RIGHTS = ['guide', 'admin']

class PracticeHaloPsa {
  #control
  #api
  #certificates
  #deliveries
  #desk
  #faults = new Faults()
  #oauth
  #hand // the webhook that is filled in by hand, listed or not
  #next_ticket = 4242
  instance = new Instance()

  constructor({ webhook = {}, guide = 'nothing', rights = 'guide', behaviour = {}, ...listen }) {
    const { instance } = this
    this.listen = listen
    this.#certificates = new Certificates(instance)
    this.#deliveries = new Deliveries(instance, this.#certificates)
    this.#desk = new TicketDesk(instance, (happening) => this.#deliveries.happened(happening))
    this.#oauth = new OAuth(instance)
    this.#hand = { ...WEBHOOK_FIELDS, id: randomUUID(), authentication_type: AUTHENTICATION.x509 }
    if (!GUIDES.includes(guide)) throw new Error(`guide is one of ${GUIDES.join(', ')}`)
    if (!RIGHTS.includes(rights)) throw new Error(`rights is one of ${RIGHTS.join(', ')}`)
    this.guide = new Guide(instance, this.#hand)
    this.guide.add_agent()
    this.guide.add_application(rights)
    if (guide === 'done') this.guide.do()
    this.behave(behaviour)
    this.set_webhook(webhook)
  }

  async start() {
    const { instance } = this
    const parts = {
      instance,
      desk: this.#desk,
      deliveries: this.#deliveries,
      certificates: this.#certificates,
    }
    this.#api = new ApiServer({
      ...parts,
      oauth: this.#oauth,
      faults: this.#faults,
      rate_limit: new RateLimit(instance),
      pages: agent_pages(parts),
    })
    await this.#api.start({ port: this.listen.api_port, tls: this.listen.api_tls })
    this.#control = await start_control_api(control_routes(this), { port: this.listen.control_port })
    this.control_url = this.#control.url
    return this
  }

  async close() {
    this.#deliveries.close()
    await Promise.all([this.#api?.close(), this.#control?.close()])
  }

  // What is entered into the relay: `url`, and the application's `client_id` and `client_secret`.
  get url() {
    return this.#api.url
  }

  get client_id() {
    return this.guide.application.client_id
  }

  get client_secret() {
    return this.guide.application.client_secret
  }

  // Changes switches of behaviour.mjs.
  behave(changes) {
    return behave(this.instance.behaviour, changes)
  }

  // Lets calls of the API go wrong; see faults.mjs.
  fault(rule) {
    this.#faults.add(rule)
  }

  clear_faults() {
    this.#faults.clear()
  }

  // What the API was asked, oldest first: {at, method, path, headers, body, status, application, fault}.
  // `matching`: a part of "METHOD /path?query".
  api_calls(matching = '') {
    return this.#api.calls.filter(({ method, path }) =>
      `${method} ${path}`.toLowerCase().includes(matching.toLowerCase()),
    )
  }

  // Every token is refused from now on, as when HaloPSA restarts.
  forget_tokens() {
    this.#oauth.forget_tokens()
  }

  // Moves HaloPSA's clock: tokens end, the delivery log forgets, the rate limit counts anew.
  advance(ms) {
    this.instance.clock.advance(ms)
  }

  // Real tickets, as an agent works on them: whatever is done fires the webhooks.
  add_ticket(fields = {}, { agent_id = AN_AGENT } = {}) {
    return this.#desk.create({ summary: 'The printer does not answer', ...fields }, agent_id)
  }

  change_ticket(id, fields, { agent_id = AN_AGENT } = {}) {
    this.#ticket(id)
    return this.#desk.change(id, fields, agent_id)
  }

  add_action(ticket_id, fields = {}, { agent_id = AN_AGENT } = {}) {
    this.#ticket(ticket_id)
    return this.#desk.act(ticket_id, { outcome: 'Private Note', note: 'Looked at it', ...fields }, agent_id)
  }

  // The address of the Mizo tab on a ticket, as HaloPSA fills it in for an agent.
  tab_url(ticket_id, agent_id = AN_AGENT) {
    this.#ticket(ticket_id)
    const tabs = tab_addresses(this.instance, this.#desk.ticket(ticket_id), agent_id)
    return tabs.find(({ name }) => name === 'Mizo')?.url ?? null
  }

  #ticket(id) {
    if (!this.#desk.ticket(id)) throw new Error(`there is no ticket ${id}`)
  }

  // From here on everything is signed with this certificate, as after an upload in HaloPSA's settings.
  async load_certificate(pfx, password) {
    const id = this.instance.certificates.find(({ name }) => name === 'Mizo')?.id
    const upload = { id, name: 'Mizo', new_password: password, attachment_name: 'mizo.pfx' }
    const row = await this.#certificates.save(upload, pfx)
    this.#hand.certificate_id = row.id
    return this.certificate()
  }

  certificate() {
    const opened = this.instance.certificates.get(this.#hand.certificate_id)?.opened
    if (!opened) return null
    const { thumbprint, subject, not_after } = opened
    return { thumbprint, subject, not_after }
  }

  // The webhook that is filled in by hand. Its id stays.
  get webhook() {
    return { id: this.#hand.id, url: this.#hand.url || null, ...this.#deliveries.settings }
  }

  // Changes what is given: of that webhook the `url`, whether it is `active`, and any field of the API; and
  // how this HaloPSA delivers: see Deliveries.configure.
  set_webhook({ signing, sending, retry, concurrency, active = true, ...fields }) {
    Object.assign(this.#hand, fields, { active, disabled: false })
    if (signing?.mode) this.#hand.authentication_type = AUTHENTICATION[signing.mode]
    this.#deliveries.configure({ signing, sending, retry, concurrency })
  }

  // Queues `count` deliveries and gives them. Each has one occurrence, or `batch_size` of them where `batch`
  // is set. Options beside those of make_occurrence: `body` (Buffer: these very bytes), `forged` (another
  // key), `flip_bit` (that bit of the body, after signing), `bom`, `once` (no retries), `ticket_id` (else
  // they count up). Nothing happens to any ticket.
  send({ count = 1, batch = null, batch_size = 3, body, forged, flip_bit, bom, once, ...occurrence } = {}) {
    if (!this.#hand.url) throw new Error('no webhook URL is set')
    return Array.from({ length: count }, () => {
      const size = batch === null ? 1 : batch_size
      const occurrences = body ? [] : Array.from({ length: size }, () => this.#occurrence(occurrence))
      const alter = { bom, flip_bit }
      return this.#deliveries.add(this.#hand, {
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
    const { deliveries } = this.#deliveries
    const earlier = delivery_id ? deliveries.find(({ id }) => id === delivery_id) : deliveries.at(-1)
    if (!earlier) throw new Error('there is no such delivery to repeat')
    const occurrences = exact ? earlier.occurrences : earlier.occurrences.map(repeat_occurrence)
    const { batch, body, alter } = earlier
    return this.#deliveries.add(this.#webhook_of(earlier), { occurrences, batch, body, alter })
  }

  #webhook_of({ webhook_id }) {
    return this.instance.webhooks.get(webhook_id) ?? this.#hand
  }

  // The log: one row a try, oldest first.
  deliveries() {
    return this.#deliveries.log
  }

  status() {
    const { deliveries, log, pending_count, settings } = this.#deliveries
    const states = {}
    for (const { state } of deliveries) states[state] = (states[state] ?? 0) + 1
    const { ca, ...sending } = settings.sending
    return {
      url: this.url,
      certificate: this.certificate(),
      webhook: { ...this.webhook, sending: { ...sending, extra_ca: Boolean(ca) }, active: fires(this.#hand) },
      deliveries: states,
      tries: log.length,
      pending: pending_count,
      tickets: this.instance.tickets.all().length,
      behaviour: this.instance.behaviour,
    }
  }

  #occurrence({ ticket_id, ...rest }) {
    const next = ticket_id ?? this.#next_ticket++
    return make_occurrence({ webhook_id: this.#hand.id, ticket_id: next, ...rest })
  }
}

// Options: `webhook` (as set_webhook takes it), `guide` ('nothing' or 'done'), `rights` of the application
// ('guide' or 'admin'), `behaviour` (switches), `api_port`, `api_tls` ({key, cert}), `control_port`.
export function start_practice_halopsa(options = {}) {
  return new PracticeHaloPsa(options).start()
}
