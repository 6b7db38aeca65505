// The delivery log over the admin API: lists, filters, one delivery, sending again, export, and the live
// stream.
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { all_operations, exercised_operations } from './support/contract.mjs'
import { EventStream } from './support/event_stream.mjs'
import { World } from './support/world.mjs'

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
    // A refused one is recorded after it was answered, since its explanation takes a while.
    const recorded = async () => (await admin.get('/deliveries?outcome=rejected')).items.length === 1
    await world.admin_until(recorded, { what: 'the refused delivery is recorded' })
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
    // What came in the same moment stands in the order in which it was recorded.
    const times = (await admin.all('/deliveries')).map(({ received_at }) => Date.parse(received_at))
    const in_order = times.every((time, at) => time >= (times[at + 1] ?? 0) - 1000)
    assert.ok(in_order, times.join())
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

  it('is served by calls of the contract, each of which was made here', () => {
    const left_out = all_operations.filter((operation) => !exercised_operations.has(operation))
    assert.deepEqual(
      left_out.filter((operation) => / \/(deliveries|events|replays|stream)/.test(operation)),
      [],
    )
    world.assert_contract_kept()
  })
})
