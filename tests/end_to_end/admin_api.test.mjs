// What the page and the command line stand on: each call of the contract, answered as it says, and doing it.
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { all_operations, exercised_operations } from './support/contract.mjs'
import { Session } from './support/session.mjs'
import { World } from './support/world.mjs'
import { read_zip } from './support/zip.mjs'

const PASSWORD = 'a long walk by the river 7'

let world
let admin
before(async () => {
  world = await World.start({ settings: { 'log.level': 'debug' } })
  ;({ admin } = world)
})
after(() => world.close())

const refused = (status, code) => (error) => {
  assert.deepEqual([error.status, error.code], [status, code], error.message)
  return true
}
describe('settings', () => {
  it('tell each value with its origin, and what is pinned', async () => {
    const settings = await admin.get('/settings')
    const level = settings['log.level']
    assert.deepEqual([level.value, level.origin, level.locked], ['debug', 'flag', true])
    assert.deepEqual([settings['webhook.hash'].value, settings['webhook.hash'].origin], ['sha256', 'default'])
    assert.deepEqual([settings['link.url'].origin, settings['link.url'].locked], ['database', false])
  })

  it('change all or nothing, and each bad value is named', async () => {
    const patch = { 'ui.language': 'fr', 'webhook.hash': 'md5', 'store.retention_days': -1, 'no.such': 1 }
    await assert.rejects(admin.patch('/settings', patch), (error) => {
      assert.deepEqual([error.status, error.code], [422, 'settings_invalid'])
      assert.deepEqual(error.problem.errors.map(({ key }) => key).sort(), [
        'no.such',
        'store.retention_days',
        'webhook.hash',
      ])
      return true
    })
    assert.equal((await admin.get('/settings'))['ui.language'].origin, 'default')
    const changed = await admin.patch('/settings', { 'ui.language': 'fr', 'store.retention_days': 30 })
    assert.deepEqual([changed['ui.language'].value, changed['ui.language'].origin], ['fr', 'database'])
    const back = await admin.patch('/settings', { 'ui.language': null, 'store.retention_days': null })
    assert.equal(back['store.retention_days'].origin, 'default')
  })

  it('that are pinned stay as they are, whatever comes with them', async () => {
    const patch = { 'log.level': 'error', 'ui.language': 'fr' }
    await assert.rejects(admin.patch('/settings', patch), refused(409, 'settings_locked'))
    assert.equal((await admin.get('/settings'))['ui.language'].origin, 'default')
  })

  it('never show a secret, and forget those of HaloPSA with its host', async () => {
    const secret = 'halo-client-secret-0123456789'
    await admin.patch('/settings', { 'halo.url': 'https://one.halo.test', 'halo.client_secret': secret })
    const shown = await admin.get('/settings')
    assert.deepEqual(shown['halo.client_secret'].value, { set: true, last4: '6789' })
    const moved = await admin.patch('/settings', { 'halo.url': 'https://two.halo.test' })
    assert.equal(moved['halo.client_secret'].value?.set ?? false, false)
    await admin.patch('/settings', { 'halo.url': null })
  })

  it('survive a restart', async () => {
    await admin.patch('/settings', { 'rotation.overlap_days': 21 })
    await world.daemon.stop()
    await world.daemon.restart()
    await world.linked()
    assert.equal((await admin.get('/settings'))['rotation.overlap_days'].value, 21)
    await admin.patch('/settings', { 'rotation.overlap_days': null })
  })
})

describe('learning how this HaloPSA signs', () => {
  const odd = {
    header: 'X-Halo-Auth',
    hash: 'sha512',
    padding: 'pss',
    encoding: 'hex',
    prefix: '',
    bytes: 'raw',
  }

  it('records one delivery, finds the way, and pins it once confirmed', async () => {
    await assert.rejects(admin.post('/learn/confirm'), refused(409, 'learn_not_started'))
    await world.point_webhook({ signing: odd })
    assert.equal((await world.send({ kind: 'created', once: true })).responsestatus, 401)
    assert.equal((await admin.post('/learn')).state, 'waiting')
    assert.equal((await world.send({ kind: 'created', once: true })).responsestatus, 401, 'refused meanwhile')
    await world.admin_until(async () => (await admin.get('/learn')).state === 'matched', { what: 'a match' })
    const { match, thumbprint } = await admin.get('/learn')
    assert.deepEqual(match, odd)
    assert.equal(thumbprint, world.halo.certificate().thumbprint)
    assert.equal((await admin.post('/learn/confirm')).state, 'confirmed')
    assert.equal((await world.send({ kind: 'created' })).responsestatus, 200)
    assert.deepEqual((await admin.get('/webhook')).scheme, match)
    assert.equal((await admin.get('/webhook')).learned, true)
  })

  it('finds nothing in an unsigned delivery, and a stranger teaches it nothing', async () => {
    for (const options of [{ forged: true }, {}]) {
      if (!options.forged) await world.point_webhook({ signing: { mode: 'none' } })
      await admin.post('/learn')
      await world.send({ kind: 'created', once: true, ...options })
      await world.admin_until(async () => (await admin.get('/learn')).state === 'no_match', {
        what: 'no match',
      })
      await assert.rejects(admin.post('/learn/confirm'), refused(409, 'learn_no_match'))
    }
    await world.point_webhook({ signing: { mode: 'x509' } })
    assert.equal((await world.send({ kind: 'created' })).responsestatus, 200)
  })
})

describe('what support and machines ask for', () => {
  it('health, readiness and metrics without signing in', async () => {
    const machine = new Session(world.daemon)
    assert.equal((await machine.call('GET', '/healthz')).value.status, 'ok')
    assert.deepEqual((await machine.call('GET', '/readyz')).value, { status: 'ok', reasons: [] })
    const { body, status } = await machine.call('GET', '/metrics')
    assert.equal(status, 200)
    for (const line of body.toString().trim().split('\n'))
      assert.match(line, /^(# (HELP|TYPE) \w+ .+|\w+(\{\w+="[^"]*"(,\w+="[^"]*")*\})? [-+.\deE]+)$/)
    assert.match(body.toString(), /mizo_relay_link_up 1\n/)
    const { value } = await machine.call('GET', '/api/v1/openapi.json')
    assert.equal(value.openapi, '3.1.0')
  })

  it('the log, its levels, the audit, and the history', async () => {
    const { items, next_cursor } = await admin.get('/log?level=debug&limit=5')
    assert.equal(items.length, 5)
    assert.ok(next_cursor)
    const levels = await admin.patch('/log/levels', { components: { link: 'error' } })
    assert.equal(levels.components.link, 'error')
    await admin.patch('/log/levels', { components: { link: null } })
    await admin.get('/log/levels')
    const actions = (await admin.all('/audit')).map(({ action }) => action)
    for (const action of [
      'certificate_made',
      'pfx_downloaded',
      'password_shown',
      'link_enrolled',
      'settings_changed',
      'learn_confirmed',
    ])
      assert.ok(actions.includes(action), action)
    for (const range of ['1h', '24h', '7d'])
      assert.ok((await admin.get(`/metrics-history?range=${range}`)).series.length > 0)
  })

  it('diagnostics: listed first, then a zip without a secret and without a ticket', async () => {
    const listed = (await admin.post('/diagnostics', { dry_run: true })).files.map(({ name }) => name)
    const answer = await admin.request('POST', '/api/v1/diagnostics', {})
    assert.equal(answer.headers['content-type'], 'application/zip')
    const files = read_zip(answer.body)
    assert.deepEqual(Object.keys(files).sort(), listed.sort())
    const text = Buffer.concat(Object.values(files)).toString('utf8')
    for (const secret of [
      world.daemon.admin_key,
      world.webhook_path.split('/').at(-1),
      'PRIVATE KEY',
      'imprimante',
    ])
      assert.ok(!text.includes(secret), secret.slice(0, 12))
  })
})

describe('every other call', () => {
  it('set-up, sign-in and a new password, over the page’s way', async () => {
    const page = new Session(world.daemon)
    assert.equal((await page.set_up(world.daemon.setup_code, PASSWORD)).status, 201)
    assert.equal(
      (await page.api('POST', '/password', { body: { password: `${PASSWORD} and back` } })).status,
      204,
    )
    assert.equal((await page.api('GET', '/session')).value.signed_in, false)
    assert.equal((await page.sign_in(PASSWORD)).status, 401)
    assert.equal((await page.sign_in(`${PASSWORD} and back`)).status, 201)
    assert.equal((await page.api('DELETE', '/session')).status, 204)
  })

  it('certificates, by themselves and to their end', async () => {
    const { id } = await admin.post('/certificates', { profile: 'modern', key_bits: 2048, valid_days: 30 })
    assert.equal((await admin.get(`/certificates/${id}`)).state, 'pending')
    assert.equal((await admin.get('/certificates')).items[0].id, id)
    await assert.rejects(admin.post('/certificates', { key_bits: 1024 }), refused(422, 'certificate_invalid'))
    await assert.rejects(admin.post(`/certificates/${id}/retire`), refused(409, 'certificate_state'))
    assert.equal((await admin.post(`/certificates/${id}/revoke`)).state, 'revoked')
  })

  it('what was missed cannot be looked for without HaloPSA’s API', async () => {
    const { running, way, poll, ledger } = await admin.get('/reconcile')
    assert.deepEqual([running, way, poll.active, ledger.halo], [false, null, false, null])
    await assert.rejects(admin.post('/reconcile'), refused(409, 'reconcile_not_possible'))
  })

  it('HaloPSA’s side answers in good order where no HaloPSA is set up', async () => {
    const reads = ['checks', 'halo/ticket-types', 'halo', 'halo/calls', 'tab', 'insights/1', 'test-ticket']
    for (const path of [...reads, 'alerts', 'agent', 'agent/calls']) {
      const { status } = await admin.request('GET', `/api/v1/${path}`)
      assert.ok(status !== 500, `GET ${path}: ${status}`)
    }
    const deeds = ['halo/test', 'test-ticket', 'alerts/test', 'checks/run', 'checks/fix-all']
    for (const path of [...deeds, 'checks/none/fix', 'certificates/none/install']) {
      const { status } = await admin.request('POST', `/api/v1/${path}`, {})
      assert.ok(status !== 500, `POST ${path}: ${status}`)
    }
  })

  it('was made in this file, and answered as the contract says', async () => {
    assert.equal((await admin.get('/status')).strip.length, 6)
    await admin.request('POST', '/api/v1/backup', {})
    await admin.post('/link/test', {})
    await admin.delete('/link')
    await assert.rejects(admin.post('/link/retry'), refused(409, 'link_not_enrolled'))
    // The others are about the log, and made in delivery_log.test.mjs; one is in rotation.test.mjs.
    const left_out = all_operations.filter((operation) => !exercised_operations.has(operation))
    assert.deepEqual(
      left_out.filter((operation) => !/ \/(deliveries|events|replays|stream)|retire$/.test(operation)),
      [],
    )
  })
})
