// A certificate that has come due is followed by the next one without anybody's doing, where HaloPSA's API
// lets the relay: under traffic, over a stop of the relay at each step, and back where HaloPSA refuses.
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { generateKeyPairSync } from 'node:crypto'
import { describe, it } from 'node:test'
import { until } from '../practice/support/until.mjs'
import { looked, mend } from './support/checks.mjs'
import { World } from './support/world.mjs'

const DAY_MS = 86_400_000
const PATIENT = { timeout_ms: 30_000 }

// As if the certificate in use had been made ten months ago.
function age_certificate({ data_dir }) {
  const [made, ends] = [-300, 98].map((days) => Date.now() + days * DAY_MS)
  execFileSync('sqlite3', [
    `${data_dir}/relay.db`,
    `UPDATE certificates SET not_before_ms = ${made}, not_after_ms = ${ends}, created_ms = ${made}`,
  ])
}

class Rotation {
  constructor(world) {
    this.world = world
  }

  // Everything is set up, and the certificate in use is due.
  static async within(rights, test) {
    const options = { cloud: null, certificate: false, halo: { guide: 'nothing', rights } }
    await World.within(options, async (world) => {
      const rotation = new Rotation(world)
      await rotation.#set_up(rights)
      await test(rotation, world)
    })
  }

  async #set_up(rights) {
    const { world } = this
    await world.admin.patch('/settings', { 'scope.ticket_types': ['1', '2', '3', '4', '25'] })
    if (rights === 'admin') await mend(world, '/checks/fix-all')
    else await world.install_certificate()
    ;[this.first] = await this.certificates()
    await this.ticket_gets(200)
    await this.becomes(this.first, 'active')
    await world.daemon.stop()
    age_certificate(world.daemon)
    await world.daemon.restart()
  }

  async certificates() {
    return (await this.world.admin.get('/certificates')).items
  }

  // The certificate that came after the first, once there is one.
  next() {
    const made = async () => (await this.certificates()).find(({ id }) => id !== this.first.id)
    return this.world.admin_until(made, { what: 'another certificate', ...PATIENT })
  }

  becomes({ id }, state) {
    const is = async () => (await this.world.admin.get(`/certificates/${id}`)).state === state
    return this.world.admin_until(is, { what: `it is ${state}`, ...PATIENT })
  }

  // A ticket is made in HaloPSA, and its webhook is answered so.
  async ticket_gets(status) {
    const { halo } = this.world
    const before = halo.deliveries().length
    if (halo.instance.notifications.all().length > 0) halo.add_ticket({ tickettype_id: 25 })
    else halo.send({ once: true })
    const row = await until(() => halo.deliveries()[before], { what: 'a webhook is answered', ...PATIENT })
    assert.equal(row.responsestatus, status)
  }

  // The relay is killed once HaloPSA has been asked so; HaloPSA does it, and its answer is never heard.
  async kill_during(call) {
    const { world } = this
    world.halo.fault({ on: call, kind: 'hang', times: 1, done: true })
    const before = world.halo.api_calls(call).length
    await world.admin.post('/checks/run')
    await until(() => world.halo.api_calls(call).length > before, { what: call, ...PATIENT })
    await world.daemon.kill()
    await this.world.daemon.restart()
  }

  // HaloPSA's row of a certificate of ours.
  row_of({ thumbprint }) {
    const rows = this.world.halo.instance.certificates.all()
    return rows.filter(({ opened }) => opened?.thumbprint === thumbprint)
  }

  signs_with() {
    const { certificates, webhooks } = this.world.halo.instance
    return certificates.get(webhooks.all()[0].certificate_id).opened.thumbprint
  }
}

describe('a certificate that is due', { concurrency: 2, timeout: 300_000 }, () => {
  it('is followed by the next, once, and no webhook is refused', () =>
    Rotation.within('admin', async (rotation, world) => {
      await world.alert('certificate_due')
      await looked(world)
      const next = await rotation.next()
      await until(() => rotation.signs_with() === next.thumbprint, { what: 'HaloPSA signs with it' })
      await rotation.ticket_gets(200)
      await rotation.becomes(next, 'active')
      await rotation.becomes(rotation.first, 'retiring')
      await world.alert('certificate_due', { on: false })
      await looked(world)
      assert.equal((await rotation.certificates()).length, 2)
      assert.ok(world.halo.deliveries().every(({ responsestatus }) => responsestatus === 200))
    }))

  it('goes on after the relay was killed with the next one half in HaloPSA', () =>
    Rotation.within('admin', async (rotation, world) => {
      await rotation.kill_during('POST /api/Certificate')
      await rotation.ticket_gets(200)
      const next = await rotation.next()
      assert.equal(rotation.signs_with(), rotation.first.thumbprint)
      await looked(world)
      const went_on = () => rotation.signs_with() === next.thumbprint
      await until(went_on, { what: 'the rotation went on', ...PATIENT })
      await rotation.ticket_gets(200)
      await rotation.becomes(next, 'active')
      assert.equal(rotation.row_of(next).length, 1, 'it was put there once')
      assert.equal((await rotation.certificates()).length, 2)
    }))

  it('is accepted beside the next, though the relay was killed while HaloPSA changed over', () =>
    Rotation.within('admin', async (rotation) => {
      await rotation.kill_during('POST /api/Webhook')
      const next = await rotation.next()
      assert.equal(rotation.signs_with(), next.thumbprint)
      await rotation.ticket_gets(200)
      await rotation.becomes(next, 'active')
      await rotation.becomes(rotation.first, 'retiring')
    }))

  it('is taken up again where the next one is refused, though the relay was killed in between', () =>
    Rotation.within('admin', async (rotation, world) => {
      await rotation.kill_during('POST /api/Webhook')
      const next = await rotation.next()
      // As if HaloPSA had mixed up its keys.
      const [row] = rotation.row_of(next)
      row.opened.key = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey
      for (let i = 0; i < 2; i += 1) await rotation.ticket_gets(401)
      await rotation.becomes(next, 'revoked')
      assert.equal(rotation.signs_with(), rotation.first.thumbprint)
      await rotation.ticket_gets(200)
      const audited = async () =>
        (await world.admin.get('/audit')).items.some(({ action }) => action === 'rotation_rolled_back')
      await world.admin_until(audited, { what: 'the roll back is in the audit' })
    }))

  it('stays where HaloPSA takes the next one, and refuses to sign with it: nothing is left of that', () =>
    Rotation.within('admin', async (rotation, world) => {
      world.halo.fault({ on: 'POST /api/Webhook', kind: 'status', status: 403 })
      await looked(world)
      const next = await rotation.next()
      await rotation.becomes(next, 'revoked')
      assert.equal(rotation.signs_with(), rotation.first.thumbprint)
      await rotation.ticket_gets(200)
      assert.deepEqual(rotation.row_of(next), [], 'HaloPSA keeps no key that nobody accepts')
      await world.alert('certificate_due')
      await looked(world)
      assert.equal((await rotation.certificates()).length, 2, 'it is not tried again at once')
      assert.ok(world.daemon.log_has(/not taken by HaloPSA/))
    }))

  it('is left to the admin where the rights do not reach: two steps, and nothing is refused meanwhile', () =>
    Rotation.within('guide', async (rotation, world) => {
      await looked(world)
      await world.alert('certificate_due')
      assert.equal((await rotation.certificates()).length, 1)
      await rotation.ticket_gets(200)
      const next = await world.admin.post('/certificates', {}) // the first step
      await world.alert('certificate_pending')
      await rotation.ticket_gets(200)
      await world.load_certificate(next.id) // the second
      await rotation.ticket_gets(200)
      await rotation.becomes(next, 'active')
      await rotation.becomes(rotation.first, 'retiring')
      for (const code of ['certificate_due', 'certificate_pending']) await world.alert(code, { on: false })
    }))
})
