// What the page and the command line stand on: each call of the contract, answered as it says, and doing it.
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { all_operations, exercised_operations } from './support/contract.mjs'
import { EventStream } from './support/event_stream.mjs'
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
const answer_of = (row) => JSON.parse(row.responsebody)

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

describe('the delivery log', () => {
  const total = 25
  let rows
  before(async () => {
    const kinds = ['created', 'changed', 'status_changed', 'action_added', 'other']
    const deliveries = Array.from({ length: total }, (_, i) =>
      world.halo.send({ kind: kinds[i % 5], ticket_id: 8000 + (i % 3) }),
    ).flat()
    rows = await world.settled(deliveries)
    await world.send({ kind: 'created', forged: true })
    await world.halo.repeat({ delivery_id: rows[0].delivery_id, exact: true }).settled
  })

  const ids_of = (rows_) => rows_.map((row) => answer_of(row).delivery)

  it('pages from the newest, each delivery once, in any page size', async () => {
    const whole = (await admin.all('/deliveries')).map(({ id }) => id)
    assert.equal(new Set(whole).size, whole.length)
    assert.ok(ids_of(rows).every((id) => whole.includes(id)))
    for (const limit of [1, 7])
      assert.deepEqual(
        (await admin.all('/deliveries', limit)).map(({ id }) => id),
        whole,
      )
    const times = (await admin.all('/deliveries')).map(({ received_at }) => received_at)
    assert.deepEqual(times, [...times].sort().reverse())
    await assert.rejects(admin.get('/deliveries?cursor=nonsense'), refused(400, 'cursor_invalid'))
    for (const query of [
      'limit=0',
      'limit=501',
      'limit=x',
      'outcome=odd',
      'ticket=x',
      'after=yesterday',
      'limit=1&limit=2',
    ])
      await assert.rejects(admin.get(`/deliveries?${query}`), refused(400, 'bad_request'), query)
  })

  it('filters by outcome, ticket, event, state, time and words', async () => {
    const count = async (query) => (await admin.all(`/deliveries?${query}`)).length
    assert.equal(await count('outcome=rejected'), 1)
    assert.equal(await count('ticket=8000'), 9)
    assert.equal(await count('event=created,other&ticket=8001'), 3)
    assert.equal(await count('state=acked&event=action_added'), 5)
    assert.equal(await count('q=imprimante&event=created'), 5)
    assert.equal(await count('q=nowhere-to-be-found'), 0)
    const middle = (await admin.get(`/deliveries/${ids_of(rows)[10]}`)).received_at
    const [earlier, later] = [await count(`before=${middle}`), await count(`after=${middle}`)]
    assert.equal(earlier + later, (await admin.all('/deliveries')).length)
    assert.ok(earlier > 0 && later > 0)
  })

  it('shows one with headers, body, and its way; secrets masked', async () => {
    const detail = await admin.get(`/deliveries/${ids_of(rows)[0]}`)
    assert.equal(detail.status, 200)
    assert.ok(!detail.path.includes(world.webhook_path.split('/').at(-1)), 'the token is masked')
    const stages = detail.timeline.map(({ stage }) => stage)
    for (const stage of ['received', 'verified', 'stored', 'sent', 'acked'])
      assert.ok(stages.includes(stage), stage)
    const body = await admin.call('GET', `/deliveries/${detail.id}/body`)
    assert.equal(body, Buffer.from(rows[0].requestbody_base64, 'base64').toString('utf8'))
    await assert.rejects(
      admin.get('/deliveries/00000000-0000-7000-8000-000000000000'),
      refused(404, 'not_found'),
    )
  })

  it('sends one event again, as a new one that names the old', async () => {
    const { event_list } = await admin.get(`/deliveries/${ids_of(rows)[1]}`)
    const replay = await admin.post(`/events/${event_list[0].id}/replay`)
    assert.notEqual(replay.id, event_list[0].id)
    await world.drained()
    const frame = world.frames().find(({ event }) => event.id === replay.id)
    assert.equal(frame.event.replayof, event_list[0].id)
    assert.equal(frame.event.data_base64, rows[1].requestbody_base64)
    assert.deepEqual((await admin.get(`/events/${event_list[0].id}`)).replays, [replay.id])
  })

  it('sends many again, after it has shown how many', async () => {
    const filter = { ticket: 8002, event: 'created' }
    const preview = await admin.post('/replays', { filter, dry_run: true })
    assert.ok(preview.matched > 0 && preview.created === 0)
    const before_it = world.cloud.events().unique
    const done = await admin.post('/replays', { filter, dry_run: false })
    assert.equal(done.created, preview.replayable)
    await world.drained()
    assert.equal(world.cloud.events().unique, before_it + done.created)
  })

  it('exports events as CSV and as NDJSON', async () => {
    const events = await admin.all('/events?ticket=8001')
    const ndjson = await admin.call('GET', '/events/export?format=ndjson&ticket=8001')
    const lines = ndjson
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line))
    assert.deepEqual(lines.map(({ id }) => id).sort(), events.map(({ id }) => id).sort())
    const csv = (await admin.call('GET', '/events/export?format=csv&ticket=8001')).trim().split('\r\n')
    assert.equal(csv.length, events.length + 1)
    assert.match(csv[0], /^id,seq,/)
    await assert.rejects(admin.get('/events/export?format=xml'), refused(400, 'bad_request'))
  })

  it('streams what happens, and goes on from Last-Event-ID', async () => {
    const key = { Authorization: `Bearer ${world.daemon.admin_key}` }
    const first = await EventStream.open(world.daemon, '/stream', key)
    await first.find('status', () => true)
    const row = await world.send({ kind: 'created', ticket_id: 8100 })
    await first.find('delivery', ({ id }) => id === answer_of(row).delivery)
    await first.find('event', ({ ticket, state }) => ticket === 8100 && state === 'acked')
    const last = first.messages.at(-1).id
    first.close()
    const missed = await world.send({ kind: 'created', ticket_id: 8101 })
    await world.drained()
    const second = await EventStream.open(world.daemon, '/stream?topics=delivery,log&log_level=debug', {
      ...key,
      'Last-Event-ID': last,
    })
    const resumed = ({ id }) => id === answer_of(missed).delivery
    // Either it is still known, or the page is told to load its lists again.
    const told = () =>
      second.of('delivery').some(({ data }) => resumed(data)) || second.of('reset').length > 0
    await world.admin_until(told, { what: 'the stream goes on, or says "reset"' })
    // A stream's log begins with the turn after it was opened.
    const logged = async () => {
      await world.send({ kind: 'changed' })
      return second.of('log').some(({ data }) => /webhook stored/.test(data.text))
    }
    await world.admin_until(logged, { what: 'log lines come' })
    second.close()
    const lost = await EventStream.open(world.daemon, '/stream', { ...key, 'Last-Event-ID': '1-1' })
    await world.admin_until(() => lost.of('reset').length === 1, {
      what: 'an unknown id is answered by "reset"',
    })
    lost.close()
    assert.deepEqual([...first.contract_problems(), ...second.contract_problems()], [])
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
    const { items } = await admin.get('/log?level=debug&limit=20')
    assert.equal(items.length, 20)
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

  it('was made in this file, and answered as the contract says', async () => {
    await admin.request('POST', '/api/v1/backup', {})
    await admin.post('/link/test', {})
    await admin.delete('/link')
    await assert.rejects(admin.post('/link/retry'), refused(409, 'link_not_enrolled'))
    const left_out = all_operations.filter((operation) => !exercised_operations.has(operation))
    // Those that rotation.test.mjs and the world's own steps are about.
    assert.deepEqual(
      left_out.filter((operation) => !/retire/.test(operation)),
      [],
    )
  })
})
