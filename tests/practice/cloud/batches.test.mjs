// Links by HTTPS batches: welcome in each response, acks with the request, waiting, refusals, contract.
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { test } from 'node:test'
import { TestBatches, post_batch, types_of } from '../support/test_batches.mjs'
import { start_cloud, violation_kinds } from '../support/test_cloud.mjs'
import { connect_live, make_event, make_hello } from '../support/test_relay.mjs'
import { until } from '../support/until.mjs'

const ping = (n = 2) => ({ t: 'ping', n, at: new Date().toISOString() })

async function open(t, options = {}) {
  const { cloud, identity } = await start_cloud(t, options)
  const relay = new TestBatches(identity)
  relay.opening = await relay.open()
  return { cloud, identity, relay }
}

test('the first request is welcomed at once, and its ping answered', async (t) => {
  const { cloud, relay } = await open(t)
  assert.equal(relay.opening.status, 200)
  assert.match(relay.opening.headers.get('content-type'), /ndjson/)
  assert.deepEqual(types_of(relay.opening), ['welcome', 'pong'])
  assert.equal(cloud.status().sessions[0].transport, 'batches')
  assert.deepEqual(cloud.violations(), [])
})

test('events are stored before the response ends, and its ack covers them', async (t) => {
  const { cloud, identity, relay } = await open(t)
  const response = await relay.post([1, 2, 3].map((seq) => make_event(identity, seq)))
  assert.deepEqual(types_of(response), ['welcome', 'ack'])
  assert.equal(response.frames[1].upto, 3)
  assert.equal(response.frames[0].session, relay.session)
  const again = await relay.post([make_event(identity, 4), ping()])
  assert.deepEqual(again.frames[0].resume, { epoch: identity.epoch, durable_seq: 3 })
  assert.deepEqual([cloud.events().unique, cloud.violations()], [4, []])
})

test('hello alone waits until something comes down, which it brings at once', async (t) => {
  const { cloud, relay } = await open(t)
  let answered = false
  const waiting = relay.post().then((response) => {
    answered = true
    return response
  })
  await until(() => cloud.batches.requests === 2)
  await relay.post([ping()]).catch(() => {})
  const frame = { t: 'cancel', rid: randomUUID() }
  const first = await waiting
  assert.deepEqual([answered, types_of(first)], [true, ['welcome']], 'another request ends the wait')
  const second = relay.post()
  await until(() => cloud.batches.requests === 4)
  cloud.send(frame)
  assert.deepEqual((await second).frames[1], frame)
})

test('hello alone is answered with the welcome after its time', async (t) => {
  const { cloud, relay } = await open(t)
  await cloud.fault({ fault: 'batches', wait_ms: 40 })
  assert.deepEqual(types_of(await relay.post()), ['welcome'])
})

test('what could not be said yet goes with the next response', async (t) => {
  const { cloud, relay } = await open(t)
  const frame = { t: 'cancel', rid: randomUUID() }
  cloud.send(frame)
  assert.deepEqual((await relay.post()).frames[1], frame)
})

test('a response may come whole', async (t) => {
  const { cloud, identity, relay } = await open(t)
  await cloud.fault({ fault: 'batches', whole: true })
  const response = await relay.post([make_event(identity, 1)])
  assert.ok(response.headers.get('content-length'))
  assert.deepEqual(types_of(response), ['welcome', 'ack'])
})

test('an unknown session is sent away, and nothing of its request is stored', async (t) => {
  const { cloud, identity, relay } = await open(t)
  relay.session = randomUUID()
  const response = await relay.post([make_event(identity, 1)])
  assert.deepEqual(types_of(response), ['welcome', 'bye'])
  assert.equal(response.frames[1].code, 4001)
  assert.deepEqual([cloud.events().total, cloud.violations()], [0, []])
})

test('a cloud that has less than it acked sends the link away', async (t) => {
  const { cloud, identity, relay } = await open(t)
  await relay.post([1, 2, 3].map((seq) => make_event(identity, seq)))
  await cloud.fault({ fault: 'forget', relay_id: identity.relay_id, durable_seq: 1, disconnect: false })
  const response = await relay.post([make_event(identity, 4)])
  assert.deepEqual(types_of(response), ['welcome', 'bye'])
})

test('a close is said in the waiting request, or with the next', async (t) => {
  const { cloud, relay } = await open(t)
  await cloud.fault({ fault: 'close', code: 4503, retry_ms: 70 })
  const response = await relay.post()
  assert.deepEqual(types_of(response), ['welcome', 'bye'])
  assert.deepEqual([response.frames[1].code, response.frames[1].retry_ms], [4503, 70])
  const fresh = new TestBatches(relay.identity)
  await fresh.open()
  const waiting = fresh.post()
  await until(() => cloud.batches.requests === 4)
  await cloud.fault({ fault: 'close', code: 4001 })
  assert.deepEqual(types_of(await waiting), ['welcome', 'bye'])
})

test('bye ends the link', async (t) => {
  const { cloud, relay } = await open(t)
  await relay.post([{ t: 'bye', code: 1001, text: 'stopping' }])
  assert.deepEqual(cloud.live_sessions(), [])
})

test('a link of which nothing comes is forgotten', async (t) => {
  const { cloud } = await open(t, { limits: { heartbeat_ms: 20, dead_ms: 50 } })
  await until(() => cloud.live_sessions().length === 0)
})

test('batches and a WebSocket of the same start follow each other, the newer wins', async (t) => {
  const { cloud, identity, relay } = await open(t)
  await relay.post([make_event(identity, 1)])
  const socket = await connect_live(identity, { hello: { stream: { next_seq: 2, acked: 1 } } })
  assert.deepEqual(
    cloud.live_sessions().map(({ transport }) => transport),
    ['websocket'],
  )
  socket.send(make_event(identity, 2))
  await socket.acked(2)
  const back = new TestBatches(identity, { stream: { next_seq: 3, acked: 2 } })
  await back.open()
  assert.deepEqual(
    cloud.live_sessions().map(({ transport }) => transport),
    ['batches'],
  )
  assert.deepEqual(cloud.violations(), [])
})

for (const [what, hello, status, code] of [
  ['a lower fence', { fence: 1 }, 409, 4409],
  ['another start with the same fence', { fence: 5, boot_id: randomUUID() }, 409, 4410],
]) {
  test(`${what} is refused with ${code}`, async (t) => {
    const { identity } = await start_cloud(t)
    await new TestBatches(identity, { fence: 5 }).open()
    const { status: answered, frames } = await new TestBatches(identity, hello).open()
    assert.equal(answered, status)
    assert.deepEqual([frames[0].t, frames[0].code], ['bye', code])
  })
}

test('refusals: key, version, overload, page', async (t) => {
  const { cloud, identity } = await start_cloud(t)
  const status = async (fault) => {
    await cloud.fault({ ...fault, count: 1 })
    return (await new TestBatches(identity).open()).status
  }
  assert.equal(await status({ fault: 'refuse_key', status: 401 }), 401)
  assert.equal(await status({ fault: 'refuse_version' }), 426)
  assert.equal(await status({ fault: 'refuse_batch' }), 503)
  assert.equal(await status({ fault: 'refuse_batch', status: 403, page: true }), 403)
  assert.deepEqual(cloud.violations(), [])
})

const BROKEN = {
  'no hello': [(id) => [make_event(id, 1)], 'hello'],
  'a line that is not JSON': [(id) => [make_hello(id), '{'], 'before_welcome'],
  'an event before the welcome': [(id) => [make_hello(id), make_event(id, 1)], 'before_welcome'],
}
for (const [what, [lines, kind]] of Object.entries(BROKEN)) {
  test(`${what} is a violation`, async (t) => {
    const { cloud, identity } = await start_cloud(t)
    await post_batch(identity, lines(identity))
    assert.ok(violation_kinds(cloud).includes(kind), `${violation_kinds(cloud)}`)
  })
}

test('a token that is used twice, and another type of content, are violations', async (t) => {
  const { cloud, identity, relay } = await open(t)
  const headers = { 'Content-Type': 'text/plain' }
  await relay.post([ping()], { headers })
  assert.deepEqual(violation_kinds(cloud), ['content_type'])
  const { make_token } = await import('../support/test_relay.mjs')
  const token = make_token(identity)
  await relay.post([ping()], { token })
  assert.equal((await relay.post([ping()], { token })).status, 401)
})

test('a body over the limit is answered 413', async (t) => {
  const { relay } = await open(t, { limits: { max_message: 1000 } })
  const pad = 'x'.repeat(70_000)
  assert.equal((await relay.post([{ ...ping(), pad }])).status, 413)
})
