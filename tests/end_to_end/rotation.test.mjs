// Certificates change while traffic goes on: the old and the new verify side by side, no webhook is refused,
// and no key that could forge one stays here.
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { after, before, describe, it } from 'node:test'
import { until } from '../practice/support/until.mjs'
import { open_pfx } from '../practice/halopsa/pfx.mjs'
import { assert_balanced } from './support/ledger.mjs'
import { World } from './support/world.mjs'

const gone = (error) => {
  assert.deepEqual([error.status, error.code], [410, 'key_destroyed'])
  return true
}

describe('one certificate after the other', () => {
  let world
  let first
  let second
  before(async () => {
    world = await World.start({ certificate: false })
    await world.point_webhook()
  })
  after(() => world.close())

  const state_of = async ({ id }) => (await world.admin.get(`/certificates/${id}`)).state
  const becomes = (certificate, state) =>
    world.admin_until(async () => (await state_of(certificate)) === state, { what: `it is ${state}` })
  const sealed_keys = () =>
    execFileSync('sqlite3', [
      '-readonly',
      `${world.daemon.data_dir}/relay.db`,
      'SELECT count(*) FROM certificates WHERE sealed_pfx IS NOT NULL',
    ])
      .toString()
      .trim()

  it('a certificate is accepted once it has left, and not before', async () => {
    first = await world.admin.post('/certificates', {})
    assert.deepEqual([first.state, first.accepted, first.pfx_available], ['pending', false, true])
    await world.load_certificate(first.id)
    const left = await world.admin.get(`/certificates/${first.id}`)
    assert.deepEqual([left.state, left.accepted], ['pending', true])
    assert.equal(left.thumbprint, world.halo.certificate().thumbprint)
    await world.admin.pfx(first.id) // again, as long as nothing was signed with it
  })

  it('its first signature makes it active, and destroys the private key for ever', async () => {
    assert.equal(sealed_keys(), '1')
    assert.equal((await world.send({ kind: 'created' })).responsestatus, 200)
    await becomes(first, 'active')
    await assert.rejects(world.admin.pfx(first.id), gone)
    await assert.rejects(world.admin.password(first.id), gone)
    await world.admin_until(() => sealed_keys() === '0', { what: 'the sealed key is gone from the database' })
  })

  it('a rotation under traffic refuses nothing: both verify while the new one is loaded', async () => {
    world.halo.set_webhook({ concurrency: 3 })
    let running = true
    const sent = []
    const traffic = (async () => {
      while (running) {
        const [delivery] = world.halo.send({ kind: 'changed', once: true })
        sent.push(delivery)
        await delivery.settled
      }
    })()
    await until(() => sent.length > 10, { what: 'traffic flows' })
    second = await world.admin.post('/certificates', {})
    await world.load_certificate(second.id) // from here on HaloPSA signs with it
    const loaded_at = sent.length
    await until(() => sent.length > loaded_at + 10, { what: 'traffic goes on' })
    running = false
    await traffic
    const rows = await world.settled(sent)
    assert.ok(
      rows.every(({ responsestatus }) => responsestatus === 200),
      'not one was refused',
    )
    assert_balanced(rows, world.cloud.events().items)
    await becomes(second, 'active')
    await becomes(first, 'retiring')
    const thumbprints = new Set(world.frames().map(({ event }) => event.thumbprint))
    assert.deepEqual([...thumbprints], [first.thumbprint, second.thumbprint])
    await world.admin_until(() => sealed_keys() === '0', { what: 'the second key is gone too' })
  })

  it('the old one goes on being accepted beside it, and after a restart', async () => {
    const old = await world.admin.get(`/certificates/${first.id}`)
    assert.equal(old.accepted, true)
    assert.ok(new Date(old.retires_at) - Date.now() > 13 * 86_400_000)
    await world.daemon.stop()
    await world.daemon.restart()
    assert.equal((await world.send({ kind: 'created' })).responsestatus, 200)
    assert.equal(await state_of(first), 'retiring')
  })

  it('retired by the admin, it is refused, and the log says why', async () => {
    const third = await world.admin.post('/certificates', {})
    await world.load_certificate(third.id)
    const stolen_key = world.signing_key
    assert.ok(stolen_key)
    assert.equal((await world.send({ kind: 'created' })).responsestatus, 200)
    await becomes(third, 'active')
    assert.equal((await world.admin.post(`/certificates/${second.id}/retire`)).state, 'retired')
    assert.equal((await world.admin.post(`/certificates/${first.id}/retire`)).state, 'retired')
    assert.equal((await world.send({ kind: 'created' })).responsestatus, 200, 'the new one is not concerned')
    await assert.rejects(world.admin.post(`/certificates/${third.id}/retire`), (error) => {
      assert.deepEqual([error.status, error.code], [409, 'last_certificate'])
      return true
    })
  })

  it('revoked, it is refused at once; the last one only when that is meant', async () => {
    const [active] = (await world.admin.all('/certificates')).filter(({ state }) => state === 'active')
    await assert.rejects(world.admin.post(`/certificates/${active.id}/revoke`), (error) => {
      assert.deepEqual([error.status, error.code], [409, 'last_certificate'])
      return true
    })
    assert.equal((await world.send({ kind: 'created' })).responsestatus, 200)
    assert.equal(
      (await world.admin.post(`/certificates/${active.id}/revoke`, { confirm: true })).state,
      'revoked',
    )
    assert.equal((await world.send({ kind: 'created', once: true })).responsestatus, 401)
    const rejected = async () => (await world.admin.get('/deliveries?outcome=rejected')).items[0]
    const { id } = await world.admin_until(rejected)
    const { verification } = await world.admin.get(`/deliveries/${id}`)
    assert.ok(verification.hints.some(({ code }) => code === 'hint_retired_certificate'))
    world.assert_contract_kept()
  })
})

describe('the PFX', () => {
  let world
  before(async () => {
    world = await World.start({ cloud: null, certificate: false })
  })
  after(() => world.close())

  const orders = { compatible: [2048, 4096], modern: [2048, 3072] }
  for (const [profile, sizes] of Object.entries(orders)) {
    for (const key_bits of sizes) {
      it(`${profile}, ${key_bits} bits: opens with its password alone, and holds what is shown`, async () => {
        const made = await world.admin.post('/certificates', { profile, key_bits, valid_days: 100 })
        const pfx = await world.admin.pfx(made.id)
        const password = await world.admin.password(made.id)
        assert.match(password, /^[0-9A-Za-z]{24,}$/)
        const { thumbprint, key, certificate } = await open_pfx(pfx, password)
        assert.equal(thumbprint, made.thumbprint)
        assert.equal(key.asymmetricKeyDetails.modulusLength, key_bits)
        assert.equal(certificate.subject, made.subject)
        assert.ok(Math.abs(new Date(certificate.validTo) - new Date(made.not_after)) < 1000)
        await assert.rejects(open_pfx(pfx, `${password}x`))
        await world.admin.post(`/certificates/${made.id}/revoke`, { confirm: true })
        await assert.rejects(world.admin.pfx(made.id), gone)
      })
    }
  }
})
