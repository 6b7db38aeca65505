// Each fault does what it says.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import tls from 'node:tls'
import { make_server_certificate } from '../support/tls.mjs'
import { temporary_folder } from '../support/temporary.mjs'
import { send_events, start_cloud, violation_kinds } from '../support/test_cloud.mjs'
import { TestRelay, connect_live, make_event, make_hello, post_json } from '../support/test_relay.mjs'
import { until } from '../support/until.mjs'

// Long enough that something wrong would have come; only for checks that nothing comes.
const quiet = () => new Promise((resolve) => setTimeout(resolve, 120))

async function start_live(t, options) {
  const { cloud, identity } = await start_cloud(t, options)
  return { cloud, identity, relay: await connect_live(identity) }
}

for (const code of [1000, 1001, 4001, 4002, 4003, 4009, 4401, 4403, 4409, 4410, 4426, 4503]) {
  test(`close ${code} says bye with that code first`, async (t) => {
    const { cloud, relay } = await start_live(t)
    await cloud.fault({ fault: 'close', code, text: 'because', retry_ms: 250 })
    assert.equal((await relay.closing()).code, code)
    assert.deepEqual(relay.frames.at(-1), { t: 'bye', code, text: 'because', retry_ms: 250 })
  })
}

test('reset ends the TCP connection without a close frame', async (t) => {
  const { cloud, relay } = await start_live(t)
  let error = null
  relay.ws._socket.on('error', (failure) => {
    error = failure
  })
  await cloud.fault({ fault: 'reset' })
  assert.equal((await relay.closing()).code, 1006)
  assert.equal(error?.code, 'ECONNRESET')
})

test('stop_acking stores on, and ack_normally acks all of it', async (t) => {
  const { cloud, identity, relay } = await start_live(t)
  await cloud.fault({ fault: 'stop_acking' })
  send_events(relay, identity, 1, 5)
  await until(() => cloud.events().total === 5)
  assert.deepEqual(relay.all('ack'), [])
  await cloud.fault({ fault: 'ack_normally' })
  await relay.acked(5)
})

test('ack_late acks no sooner than told', async (t) => {
  const { cloud, identity, relay } = await start_live(t)
  await cloud.fault({ fault: 'ack_late', delay_ms: 200 })
  const started = performance.now()
  send_events(relay, identity, 1, 1)
  await relay.acked(1)
  assert.ok(performance.now() - started >= 195)
})

test('a nack with retry_ms throws away what is behind it until the event comes again', async (t) => {
  const { cloud, identity, relay } = await start_live(t)
  await cloud.fault({ fault: 'nack', seq: 3, retry_ms: 50 })
  const made = send_events(relay, identity, 1, 6)
  assert.equal((await relay.frame('nack')).retry_ms, 50)
  await relay.acked(2)
  send_events(relay, identity, 3, 6, made)
  await relay.acked(6)
  assert.deepEqual(
    cloud.events().items.map(({ seq }) => seq),
    [1, 2, 3, 4, 5, 6],
  )
  assert.deepEqual(cloud.violations(), [])
})

test('going on past a nack without the event is a violation', async (t) => {
  const { cloud, identity, relay } = await start_live(t, { limits: { window: { events: 4, bytes: 1e6 } } })
  await cloud.fault({ fault: 'nack', seq: 1 })
  send_events(relay, identity, 1, 5)
  assert.equal((await relay.closing()).code, 4003)
  assert.deepEqual(violation_kinds(cloud), ['order'])
})

test('a final nack is a dead letter, and acks pass it', async (t) => {
  const { cloud, identity, relay } = await start_live(t)
  await cloud.fault({ fault: 'nack', seq: 2, final: true, text: 'never' })
  send_events(relay, identity, 1, 3)
  await relay.acked(3)
  assert.deepEqual(await relay.frame('nack'), {
    t: 'nack',
    seq: 2,
    code: 'rejected',
    text: 'never',
    final: true,
  })
  assert.deepEqual(
    cloud.events().items.map(({ seq }) => seq),
    [1, 3],
  )
  assert.equal(cloud.status().dead_letters[0].seq, 2)
})

test('a skip takes the place of the event after a nack', async (t) => {
  const { cloud, identity, relay } = await start_live(t)
  await cloud.fault({ fault: 'nack', seq: 1 })
  const made = send_events(relay, identity, 1, 2)
  await relay.frame('nack')
  relay.send({ t: 'skip', seq: 1, reason: 'refused ten times' })
  send_events(relay, identity, 2, 2, made)
  await relay.acked(2)
  assert.deepEqual(
    cloud.status().dead_letters.map(({ r, seq }) => [r, seq]),
    [['skip', 1]],
  )
})

test('rewind asks for old events again, and acks them again', async (t) => {
  const { cloud, identity, relay } = await start_live(t)
  const made = send_events(relay, identity, 1, 4)
  await relay.acked(4)
  await cloud.fault({ fault: 'rewind', from_seq: 2 })
  await relay.frame('rewind')
  const acks_before = relay.all('ack').length
  send_events(relay, identity, 2, 5, made)
  await until(() =>
    relay
      .all('ack')
      .slice(acks_before)
      .some(({ upto }) => upto === 5),
  )
  assert.equal(cloud.events().items.filter(({ duplicate }) => duplicate).length, 3)
  assert.deepEqual(cloud.violations(), [])
})

test('stores that end after a rewind was sent are not acked in the old order', async (t) => {
  const { cloud, identity, relay } = await start_live(t)
  const held = []
  const append_event = cloud.log.append_event.bind(cloud.log)
  cloud.log.append_event = (arrival, done) => append_event(arrival, () => held.push(done))
  send_events(relay, identity, 1, 3)
  await until(() => held.length === 3)
  await cloud.fault({ fault: 'rewind', from_seq: 1 })
  held.forEach((done) => done())
  await quiet()
  assert.deepEqual(relay.all('ack'), [])
})

test('a gap answers a rewind past retention', async (t) => {
  const { cloud, identity, relay } = await start_live(t)
  const made = send_events(relay, identity, 1, 4)
  await relay.acked(4)
  await cloud.fault({ fault: 'rewind', from_seq: 1 })
  await relay.frame('rewind')
  relay.send({ t: 'gap', from_seq: 1, first_seq: 3 })
  send_events(relay, identity, 3, 5, made)
  await until(() => relay.all('ack').at(-1).upto === 5)
  assert.deepEqual(cloud.violations(), [])
})

test('forget lowers durable_seq, to nothing, or to another epoch, and hangs up', async (t) => {
  const { cloud, identity, relay } = await start_live(t)
  send_events(relay, identity, 1, 6)
  await relay.acked(6)
  await cloud.fault({ fault: 'forget', durable_seq: 2 })
  assert.equal((await relay.closing()).code, 1001)
  const second = await connect_live(identity, { hello: { stream: { next_seq: 7, acked: 6 } } })
  assert.deepEqual(second.welcome.resume, { epoch: identity.epoch, durable_seq: 2 })
  await cloud.fault({ fault: 'forget', durable_seq: null })
  await second.closing()
  const third = await connect_live(identity)
  assert.equal(third.welcome.resume, null)
  const epoch = '11111111-2222-4333-8444-555555555555'
  await cloud.fault({ fault: 'forget', durable_seq: 40, epoch })
  await third.closing()
  assert.deepEqual((await connect_live(identity)).welcome.resume, { epoch, durable_seq: 40 })
})

const GARBAGE = {
  bad_json: (relay) => relay.frames.some(({ unreadable }) => unreadable),
  not_object: (relay) => relay.frames.some(Array.isArray),
  no_type: (relay) => relay.frames.some(({ t }) => t === undefined),
  bad_member: (relay) => relay.all('ack').some(({ upto }) => upto === 'all'),
  unknown_type: (relay) => relay.all('from_the_future').length === 1,
  binary: (relay) => relay.frames.some(({ binary }) => binary === 64),
  deep: (relay) => relay.frames.length > 1,
  huge: (relay) => relay.all('error').some(({ text }) => text.length > 8 * 1024 * 1024),
  bad_utf8: (relay) => relay.error?.code === 'WS_ERR_INVALID_UTF8',
  bad_frame: (relay) =>
    relay.error?.code === 'WS_ERR_UNEXPECTED_RSV_1' || relay.error?.code === 'WS_ERR_UNEXPECTED_RSV_2_3',
}

for (const [kind, arrived] of Object.entries(GARBAGE)) {
  test(`garbage of kind ${kind} arrives as such`, async (t) => {
    const { cloud, relay } = await start_live(t)
    await cloud.fault({ fault: 'garbage', kind })
    await until(() => arrived(relay))
  })
}

test('drain names the new URL, and lets the old link live until its bye', async (t) => {
  const { cloud, identity, relay } = await start_live(t)
  await cloud.fault({ fault: 'drain', deadline_ms: 4000, url: identity.connect_url })
  assert.equal((await relay.frame('drain')).url, identity.connect_url)
  const fresh = await connect_live(identity)
  assert.equal(relay.closed, null)
  relay.send({ t: 'bye', code: 4001, text: 'moved' })
  relay.ws.close(4001)
  assert.equal((await relay.closing()).code, 4001)
  send_events(fresh, identity, 1, 1)
  await fresh.acked(1)
})

test('a drained link without a bye is closed with 4001 at its deadline', async (t) => {
  const { cloud, relay } = await start_live(t)
  await cloud.fault({ fault: 'drain', deadline_ms: 30 })
  assert.equal((await relay.closing()).code, 4001)
})

test('stop_reading leaves everything unread until it is resumed', async (t) => {
  const { cloud, identity, relay } = await start_live(t)
  await cloud.fault({ fault: 'stop_reading' })
  send_events(relay, identity, 1, 3)
  await quiet()
  assert.equal(cloud.events().total, 0)
  await cloud.fault({ fault: 'resume_reading' })
  await relay.acked(3)
})

test('a muted cloud neither pings nor answers pings', async (t) => {
  const { cloud, relay } = await start_live(t, { limits: { heartbeat_ms: 20, dead_ms: 40 } })
  await cloud.fault({ fault: 'mute' })
  const before = relay.frames.length
  relay.send({ t: 'ping', n: 1, at: new Date().toISOString() })
  await quiet()
  assert.deepEqual(relay.frames.slice(before), [])
  assert.equal(relay.closed, null)
})

test('the black hole before TLS takes the connection and says nothing', async (t) => {
  const secure = make_server_certificate({ folder: temporary_folder(t) })
  const { cloud } = await start_cloud_over_tls(t, secure)
  await cloud.fault({ fault: 'black_hole', stage: 'before_tls' })
  const socket = tls.connect({ port: cloud.port, host: '127.0.0.1', rejectUnauthorized: false })
  t.after(() => socket.destroy())
  let answered = false
  socket.on('secureConnect', () => {
    answered = true
  })
  await until(() => cloud.connection_attempts > 0)
  await quiet()
  assert.equal(answered, false)
})

async function start_cloud_over_tls(t, secure) {
  const { start_practice_cloud } = await import('./practice_cloud.mjs')
  const cloud = await start_practice_cloud({ folder: temporary_folder(t), tls: secure })
  t.after(() => cloud.close())
  return { cloud }
}

test('the black hole before the upgrade takes the request and says nothing', async (t) => {
  const { cloud, identity } = await start_cloud(t)
  await cloud.fault({ fault: 'black_hole', stage: 'before_upgrade' })
  const relay = new TestRelay(identity)
  t.after(() => relay.terminate())
  await quiet()
  assert.equal(relay.ws.readyState, relay.ws.CONNECTING)
  assert.equal(relay.refused, null)
})

test('the black hole before welcome hears hello, and notes whatever is sent too early', async (t) => {
  const { cloud, identity } = await start_cloud(t)
  await cloud.fault({ fault: 'black_hole', stage: 'before_welcome' })
  const relay = await new TestRelay(identity).open()
  relay.send(make_hello(identity))
  await quiet()
  assert.deepEqual([relay.frames, cloud.violations()], [[], []])
  relay.send(make_event(identity, 1))
  await until(() => cloud.violations().length === 1)
  assert.deepEqual(violation_kinds(cloud), ['before_welcome'])
})

for (const status of [401, 403]) {
  test(`refuse_key answers ${status} as often as told`, async (t) => {
    const { cloud, identity } = await start_cloud(t)
    await cloud.fault({ fault: 'refuse_key', status, count: 1 })
    assert.equal((await new TestRelay(identity).open()).refused.status, status)
    await connect_live(identity)
  })
}

test('refuse_version closes with 4426 instead of welcome', async (t) => {
  const { cloud, identity } = await start_cloud(t)
  await cloud.fault({ fault: 'refuse_version' })
  const relay = await new TestRelay(identity).open()
  relay.send(make_hello(identity))
  assert.equal((await relay.closing()).code, 4426)
})

test('a message over max_message is closed with 4009, after what came before is acked', async (t) => {
  const { cloud, identity } = await start_cloud(t)
  await cloud.fault({ fault: 'limits', max_message: 2000 })
  const relay = await connect_live(identity)
  assert.equal(relay.welcome.max_message, 2000)
  const largest = JSON.stringify(make_event(identity, 1, { pad: '' })).length
  relay.send(make_event(identity, 1, { pad: 'x'.repeat(2000 - largest) }))
  relay.send(make_event(identity, 2, { pad: 'x'.repeat(2001 - largest) }))
  assert.equal((await relay.closing()).code, 4009)
  assert.equal(relay.all('ack').at(-1).upto, 1)
})

test('any frame is sent on demand, and a wrong one only unchecked', async (t) => {
  const { cloud, relay } = await start_live(t)
  const post = (body) => post_json(`${cloud.control_url}/practice/send`, body)
  const frame = { t: 'command', rid: '5d8f2c1a-6b7e-4d3c-9f0a-1b2c3d4e5f60', name: 'reconcile', args: {} }
  assert.equal((await post({ frame })).status, 200)
  assert.deepEqual(await relay.frame('command'), frame)
  relay.send({ t: 'error', code: 'unsupported', text: 'not here', re: frame.rid })
  await until(() => cloud.recorder.last_frames(1)[0].text.includes('unsupported'))
  assert.equal((await post({ frame: { ...frame, name: 'reboot' } })).status, 400)
  assert.equal((await post({ frame: { ...frame, name: 'reboot' }, unchecked: true })).status, 200)
  assert.deepEqual(cloud.violations(), [])
})

test('the control interface names what it does not know', async (t) => {
  const { cloud } = await start_cloud(t)
  const fault = (body) => post_json(`${cloud.control_url}/practice/fault`, body)
  assert.match((await fault({ fault: 'earthquake' })).body.error, /no fault earthquake; there is .*rewind/)
  assert.equal((await fault({ fault: 'close' })).status, 409)
  assert.equal((await fetch(`${cloud.control_url}/practice/nothing`)).status, 404)
  assert.equal((await fetch(`${cloud.control_url}/practice/fault`)).headers.get('allow'), 'POST')
})

test('a cloud without TLS listens on loopback only', async (t) => {
  await assert.rejects(start_cloud(t, { host: '0.0.0.0' }), /loopback/)
})
