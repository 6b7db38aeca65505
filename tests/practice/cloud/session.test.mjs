// One connection: opening, acks, order, window, liveness, and who wins where two meet.
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { test } from 'node:test'
import { send_events, start_cloud, violation_kinds } from '../support/test_cloud.mjs'
import { TestRelay, connect_live, make_event, make_hello, make_key } from '../support/test_relay.mjs'
import { make_server_certificate } from '../support/tls.mjs'
import { temporary_folder } from '../support/temporary.mjs'
import { until } from '../support/until.mjs'
import { start_practice_cloud } from './practice_cloud.mjs'

test('events are stored, acked, and listed with the hash of their bytes', async (t) => {
  const { cloud, identity } = await start_cloud(t)
  const relay = await connect_live(identity)
  assert.equal(relay.welcome.resume, null)
  const made = send_events(relay, identity, 1, 20)
  await relay.acked(20)
  const { items, unique } = cloud.events()
  assert.equal(unique, 20)
  assert.deepEqual(
    items.map(({ seq }) => seq),
    [...made.keys()],
  )
  assert.deepEqual(
    items.map(({ id }) => id),
    [...made.values()].map(({ event }) => event.id),
  )
  assert.ok(items.every(({ sha256, duplicate, at }) => sha256.length === 64 && !duplicate && at))
  assert.deepEqual(cloud.violations(), [])
})

test('a second connection goes on where the first was stored', async (t) => {
  const { identity } = await start_cloud(t)
  const first = await connect_live(identity)
  const made = send_events(first, identity, 1, 5)
  await first.acked(5)
  const second = await connect_live(identity, { hello: { stream: { next_seq: 9, acked: 3 } } })
  assert.deepEqual(second.welcome.resume, { epoch: identity.epoch, durable_seq: 5 })
  send_events(second, identity, 6, 8, made)
  await second.acked(8)
})

test('an unknown stream begins at the first event that the relay holds unacked', async (t) => {
  const { cloud, identity } = await start_cloud(t)
  const relay = await connect_live(identity, { hello: { stream: { first_seq: 3, next_seq: 12, acked: 9 } } })
  send_events(relay, identity, 10, 11)
  await relay.acked(11)
  assert.equal(cloud.status().streams[0].durable_seq, 11)
})

const BROKEN = {
  'a frame before hello': [(relay, id) => relay.send(make_event(id, 1)), 'before_welcome', { hello: false }],
  'a second hello': [(relay, id) => relay.send(make_hello(id)), 'direction'],
  'a seq that is left out': [(relay, id) => send_events(relay, id, 2, 2), 'order'],
  'a seq that comes again': [
    (relay, id) => {
      send_events(relay, id, 1, 1)
      send_events(relay, id, 1, 1)
    },
    'order',
  ],
  'a skip out of its place': [(relay) => relay.send({ t: 'skip', seq: 4, reason: 'x' }), 'order'],
  'a gap that was not asked for': [(relay) => relay.send({ t: 'gap', from_seq: 7, first_seq: 9 }), 'order'],
  'an event without its id': [(relay, id) => relay.send(make_event(id, 1, { id: undefined })), 'schema'],
  'text that is not JSON': [(relay) => relay.send('{'), 'malformed'],
  'a binary message': [(relay) => relay.send(Buffer.from('{}')), 'binary'],
  'a frame of the cloud': [(relay) => relay.send({ t: 'ack', upto: 1 }), 'direction'],
}

for (const [what, [act, kind, { hello = true } = {}]] of Object.entries(BROKEN)) {
  test(`${what} is a violation, and closes with 4003`, async (t) => {
    const { cloud, identity } = await start_cloud(t)
    const relay = hello ? await connect_live(identity) : await new TestRelay(identity).open()
    act(relay, identity)
    assert.equal((await relay.closing()).code, 4003)
    assert.deepEqual(violation_kinds(cloud), [kind])
  })
}

test('an unknown type is answered unsupported, and the link stays up', async (t) => {
  const { cloud, identity } = await start_cloud(t)
  const relay = await connect_live(identity)
  relay.send({ t: 'hologram', x: 1 })
  const error = await relay.frame('error')
  assert.equal(error.code, 'unsupported')
  assert.equal(error.re, 'hologram')
  send_events(relay, identity, 1, 1)
  await relay.acked(1)
  assert.deepEqual(cloud.violations(), [])
})

test('the window may be filled, and one event more is a violation', async (t) => {
  const { cloud, identity } = await start_cloud(t, { limits: { window: { events: 4, bytes: 1e6 } } })
  const relay = await connect_live(identity)
  await cloud.fault({ fault: 'stop_acking' })
  const made = send_events(relay, identity, 1, 4)
  await until(() => cloud.events().total === 4)
  assert.deepEqual(cloud.violations(), [])
  send_events(relay, identity, 5, 5, made)
  await until(() => cloud.events().total === 5)
  assert.deepEqual(violation_kinds(cloud), ['window_events'])
})

test('the bytes of the window may be filled, and one more is a violation', async (t) => {
  const { cloud, identity } = await start_cloud(t)
  const frames = [1, 2, 3].map((seq) => make_event(identity, seq))
  const bytes = JSON.stringify(frames[0]).length + JSON.stringify(frames[1]).length
  await cloud.fault({ fault: 'limits', window: { events: 10, bytes } })
  await cloud.fault({ fault: 'stop_acking' })
  const relay = await connect_live(identity)
  frames.slice(0, 2).forEach((frame) => relay.send(frame))
  await until(() => cloud.events().total === 2)
  assert.deepEqual(cloud.violations(), [])
  relay.send(frames[2])
  await until(() => cloud.events().total === 3)
  assert.deepEqual(violation_kinds(cloud), ['window_bytes'])
})

test('a smaller window is held against the relay only once its pong has shown that it knows', async (t) => {
  const { cloud, identity } = await start_cloud(t, { limits: { window: { events: 8, bytes: 1e6 } } })
  const relay = await connect_live(identity)
  await cloud.fault({ fault: 'stop_acking' })
  await cloud.fault({ fault: 'window', events: 2 })
  const { n } = await relay.frame('ping')
  const made = send_events(relay, identity, 1, 8)
  await until(() => cloud.events().total === 8)
  assert.deepEqual(cloud.violations(), [])
  relay.send({ t: 'pong', n, at: new Date().toISOString() })
  await cloud.fault({ fault: 'ack_normally' })
  await relay.acked(8)
  await cloud.fault({ fault: 'stop_acking' })
  send_events(relay, identity, 9, 11, made)
  await until(() => cloud.events().total === 11)
  assert.deepEqual(violation_kinds(cloud), ['window_events'])
})

test('an event that comes again is a duplicate, another id for its seq a violation', async (t) => {
  const { cloud, identity } = await start_cloud(t)
  const relay = await connect_live(identity)
  const made = send_events(relay, identity, 1, 3)
  await relay.acked(3)
  await cloud.fault({ fault: 'rewind', from_seq: 2 })
  await relay.frame('rewind')
  send_events(relay, identity, 2, 2, made)
  relay.send(make_event(identity, 3))
  await until(() => cloud.events().total === 5)
  assert.deepEqual(
    cloud.events().items.map(({ duplicate }) => duplicate),
    [false, false, false, true, false],
  )
  assert.equal(cloud.log.ledger.arrivals_of(made.get(2).event.id), 2)
  assert.deepEqual(violation_kinds(cloud), ['identity_of_event'])
})

test('a silent relay is pinged after heartbeat_ms, and given up with 4002 after dead_ms', async (t) => {
  const { identity } = await start_cloud(t, { limits: { heartbeat_ms: 30, dead_ms: 150 } })
  const relay = await connect_live(identity)
  await relay.frame('ping')
  assert.equal((await relay.closing()).code, 4002)
})

test('a relay that answers pings stays', async (t) => {
  const { cloud, identity } = await start_cloud(t, { limits: { heartbeat_ms: 20, dead_ms: 100 } })
  const relay = await connect_live(identity)
  const timer = setInterval(() => relay.send({ t: 'ping', n: 1, at: new Date().toISOString() }), 15)
  t.after(() => clearInterval(timer))
  await until(() => relay.all('pong').length >= 20)
  assert.equal(relay.closed, null)
  assert.deepEqual(cloud.violations(), [])
})

const MEETINGS = {
  'a higher fence supersedes the older': [{ fence: 2 }, { old: 4409, fresh: null }],
  'a lower fence is turned away': [{ fence: 0 }, { old: null, fresh: 4409 }],
  'one fence with another boot_id is an identity conflict for both': [
    { boot_id: randomUUID() },
    { old: 4410, fresh: 4410 },
  ],
  'the same process that comes back replaces its dead connection': [{}, { old: 1006, fresh: null }],
}

for (const [what, [hello, { old, fresh }]] of Object.entries(MEETINGS)) {
  test(what, async (t) => {
    const { identity } = await start_cloud(t)
    const first = await connect_live(identity)
    const second = await new TestRelay(identity).open()
    second.send(make_hello(identity, hello))
    if (old) assert.equal((await first.closing()).code, old)
    else assert.equal(first.closed, null)
    if (fresh) assert.equal((await second.closing()).code, fresh)
    else assert.ok(await second.frame('welcome'))
  })
}

test('the link over TLS, for a relay that trusts the CA', async (t) => {
  const tls = make_server_certificate({ folder: temporary_folder(t) })
  const cloud = await start_practice_cloud({ folder: temporary_folder(t), tls })
  t.after(() => cloud.close())
  const key = make_key()
  const enrolment = { code: cloud.make_code(), public_key: key.jwk, name: 'n', version: '1', os: 'linux' }
  const relay_id = cloud.relays.enroll(enrolment, Date.now())
  const ids = { relay_id, epoch: randomUUID(), boot_id: randomUUID(), connect_url: cloud.connect_url_here }
  const relay = await connect_live({ ...key, ...ids }, { ca_file: tls.ca_file })
  send_events(relay, { ...key, ...ids }, 1, 3)
  await relay.acked(3)
  const closing = relay.closing()
  await cloud.fault({ fault: 'reset' })
  assert.equal((await closing).code, 1006)
})
