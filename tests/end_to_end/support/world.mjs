// The daemon between a practice HaloPSA and a practice cloud, set up over the admin API as an admin would:
// make a certificate, load it into HaloPSA, enter the webhook's address, enrol with the cloud.
import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { start_practice_cloud } from '../../practice/cloud/practice_cloud.mjs'
import { open_pfx } from '../../practice/halopsa/pfx.mjs'
import { start_practice_halopsa } from '../../practice/halopsa/practice_halopsa.mjs'
import { GUIDE_SCOPES } from '../../practice/halopsa/scopes.mjs'
import { until } from '../../practice/support/until.mjs'
import { Admin } from './admin.mjs'
import { Daemon } from './daemon.mjs'

const POLL_MS = 15

export class World {
  // `cloud`: options of the practice cloud, or null for none. `daemon`: more options of the daemon.
  // `halo`: options of the practice HaloPSA, such as `{guide: 'done', rights: 'admin'}`; where they are
  // given, the daemon knows its API, unless `connect` is false: then that is for the test to do.
  static async start(options = {}) {
    const world = new World()
    try {
      await world.#start(options)
    } catch (error) {
      await world.close()
      throw error
    }
    return world
  }

  // A world for one test: closed after it, however it ends.
  static async within(options, test) {
    const world = await World.start(options)
    try {
      await test(world)
    } finally {
      await world.close()
    }
  }

  async #start({
    settings = {},
    cloud = {},
    enroll = cloud !== null,
    certificate = true,
    env = {},
    daemon = {},
    halo = null,
    connect = halo !== null,
  }) {
    this.cloud_options = cloud
    if (cloud) {
      this.cloud_dir = mkdtempSync(join(tmpdir(), 'practice-cloud-'))
      await this.start_cloud()
    }
    this.halo = await start_practice_halopsa(halo ?? {})
    this.daemon = new Daemon({ settings: { 'webhook.tls': 'off', ...settings }, env, ...daemon })
    await this.daemon.start()
    this.admin = new Admin(this.daemon)
    if (certificate) await this.install_certificate()
    if (connect) await this.connect_halo(halo)
    if (enroll) await this.enroll()
  }

  // The cloud on its folder, and where it was before.
  async start_cloud() {
    const port = this.cloud?.port ?? 0
    this.cloud = await start_practice_cloud({ folder: this.cloud_dir, port, ...this.cloud_options })
    return this.cloud
  }

  async install_certificate(order = {}) {
    const made = await this.admin.post('/certificates', order)
    await this.load_certificate(made.id)
    await this.point_webhook()
    return made
  }

  // HaloPSA signs with this one from now on; `signing_key` is for requests that a test writes by hand.
  async load_certificate(id) {
    const pfx = await this.admin.pfx(id)
    const password = await this.admin.password(id)
    await this.halo.load_certificate(pfx, password)
    this.signing_key = (await open_pfx(pfx, password)).key
  }

  // HaloPSA's webhook gets the address that the admin page shows.
  async point_webhook(extra = {}) {
    const { webhook_url, sending } = await this.#find_webhook()
    this.webhook_url = webhook_url
    this.webhook_path = new URL(webhook_url).pathname
    this.halo.set_webhook({
      url: this.webhook_url,
      sending: { ...sending, ...extra.sending },
      ...without_sending(extra),
    })
  }

  // Where this daemon listens, and what HaloPSA must trust to reach it.
  async #find_webhook() {
    const { path, tls, ca_pem } = await this.admin.get('/webhook')
    const origin = `${tls === 'off' ? 'http' : 'https'}://127.0.0.1:${this.daemon.webhook_port}`
    return { origin, webhook_url: `${origin}${path}`, sending: tls === 'off' ? {} : { ca: ca_pem } }
  }

  // Sections 1 and 2 of the setup guide: what each side has to know of the other.
  async connect_halo({ guide = 'nothing', rights = 'guide' } = {}) {
    const { halo } = this
    const { origin, webhook_url, sending } = await this.#find_webhook()
    if (guide === 'done') halo.guide.do(undefined, { webhook_url, tab_url: `${origin}/tab` })
    halo.set_webhook({ sending })
    await this.admin.patch('/settings', {
      'webhook.public_url': origin,
      'halo.url': halo.url,
      'halo.client_id': halo.client_id,
      'halo.client_secret': halo.client_secret,
      'halo.tab_secret': halo.guide.tab_secret,
      ...(rights === 'admin' ? { 'halo.scopes': [...GUIDE_SCOPES, 'admin'] } : {}),
    })
  }

  async enroll(url = this.cloud.base_url) {
    const code = this.cloud.make_code()
    await this.admin.post('/link/enroll', { url, code })
    await this.linked()
  }

  linked(timeout_ms = 10_000) {
    return this.link_is(({ state }) => state === 'live', { what: 'the link is live', timeout_ms })
  }

  // Waits until the link, as GET /link shows it, fulfils the condition; gives it.
  link_is(condition, { what = condition.toString(), timeout_ms = 10_000 } = {}) {
    const check = async () => {
      const link = await this.admin.get('/link')
      return condition(link) && link
    }
    return until(check, { what, timeout_ms, poll_ms: POLL_MS })
  }

  // One delivery, answered: its row in HaloPSA's log.
  async send(options) {
    const [delivery] = this.halo.send(options)
    return delivery.settled
  }

  // Every delivery that was sent has its answer, and the cloud has every event that the relay stored.
  async settled(deliveries) {
    const rows = await Promise.all(deliveries.map((delivery) => delivery.settled))
    await this.drained()
    return rows
  }

  drained(timeout_ms = 20_000) {
    const empty = async () => (await this.admin.get('/status')).queue.queued === 0
    return until(empty, { what: 'the queue is empty', timeout_ms, poll_ms: POLL_MS })
  }

  // Waits until an alert with this code is on, or off.
  alert(code, { on = true, timeout_ms = 10_000 } = {}) {
    const check = async () => (await this.admin.alert_codes()).includes(code) === on
    return until(check, { what: `the alert ${code} is ${on ? 'on' : 'off'}`, timeout_ms, poll_ms: POLL_MS })
  }

  // Waits for something that the admin API shows.
  admin_until(check, { what = check.toString(), timeout_ms = 10_000 } = {}) {
    return until(check, { what, timeout_ms, poll_ms: POLL_MS })
  }

  // The event frames that the cloud has on disk, in order.
  frames() {
    const text = readFileSync(join(this.cloud_dir, 'log.ndjson'), 'utf8')
    // The last line may be half on its way.
    const lines = text
      .slice(0, text.lastIndexOf('\n') + 1)
      .split('\n')
      .filter(Boolean)
    return lines.map((line) => JSON.parse(line)).flatMap(({ r, frame }) => (r === 'event' ? [frame] : []))
  }

  // Nothing went over the link that its contract does not allow.
  assert_contract_kept() {
    assert.deepEqual(this.cloud.violations(), [])
  }

  async close() {
    await this.daemon?.discard()
    await this.halo?.close()
    await this.cloud?.close()
    if (this.cloud_dir) rmSync(this.cloud_dir, { recursive: true, force: true })
  }
}

const without_sending = ({ sending, ...rest }) => rest
