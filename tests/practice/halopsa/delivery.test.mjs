// Deliveries over real sockets: bodies, retries, the log, transport variations, and the process of its own.
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { verify } from 'node:crypto'
import { once } from 'node:events'
import fs from 'node:fs'
import path from 'node:path'
import { test } from 'node:test'
import { temporary_folder } from '../support/temporary.mjs'
import { make_pfx } from '../support/test_pfx.mjs'
import { start_receiver } from '../support/test_receiver.mjs'
import { post_json } from '../support/test_relay.mjs'
import { make_server_certificate } from '../support/tls.mjs'
import { start_practice_halopsa } from './practice_halopsa.mjs'
import { EVENT_TEXTS } from './webhook_body.mjs'

const MAIN = new URL('./main.mjs', import.meta.url).pathname

async function start(t, { receiver = {}, webhook = {} } = {}) {
  const folder = temporary_folder(t)
  const made = make_pfx(folder, 'compatible')
  const { requests, url } = await start_receiver(t, receiver)
  const halo = await start_practice_halopsa({ webhook: { url, ...webhook } })
  t.after(() => halo.close())
  await halo.load_certificate(made.pfx, made.password)
  const public_key = fs.readFileSync(made.public_key_file, 'utf8')
  const verifies = ({ body, headers }) =>
    verify('sha256', body, public_key, Buffer.from(headers['x-signature'], 'base64'))
  return { halo, requests, url, made, folder, verifies }
}

const settled = (deliveries) => Promise.all([deliveries].flat().map((delivery) => delivery.settled))
const parse = ({ body }) => JSON.parse(body.toString('utf8'))

for (const [kind, text] of Object.entries(EVENT_TEXTS)) {
  test(`the kind ${kind} says "${text}", signed, in the shape that was seen live`, async (t) => {
    const { halo, requests, verifies } = await start(t)
    await settled(halo.send({ kind, ticket_id: 77 }))
    const body = parse(requests[0])
    assert.equal(body.event, text)
    assert.deepEqual([body.object_id, body.ticket.id, body.agent_id], [77, 77, 3])
    assert.match(body.timestamp, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{7}Z$/)
    assert.match(body.ticket.summary, /🖨️/)
    assert.equal('action' in body, kind === 'action_added')
    assert.ok(verifies(requests[0]))
  })
}

test('a full payload is over 100 KB, and event information only has no ticket', async (t) => {
  const { halo, requests } = await start(t)
  await settled(halo.send({ payload: 'full' }))
  await settled(halo.send({ payload: 'event_only' }))
  assert.ok(requests[0].body.length > 100 * 1024)
  assert.equal('ticket' in parse(requests[1]), false)
})

test('batches come as an array, or wrapped', async (t) => {
  const { halo, requests } = await start(t)
  await settled(halo.send({ batch: 'array', batch_size: 4 }))
  await settled(halo.send({ batch: 'wrapper', batch_size: 2 }))
  assert.equal(parse(requests[0]).length, 4)
  assert.equal(parse(requests[1]).events.length, 2)
})

test('a repeat keeps escmsg_id and has another id; an exact one has the same bytes', async (t) => {
  const { halo, requests } = await start(t)
  const [first] = halo.send({})
  await first.settled
  await halo.repeat({ delivery_id: first.id }).settled
  await halo.repeat({ delivery_id: first.id, exact: true }).settled
  const [a, b] = requests.map(parse)
  assert.equal(a.escmsg_id, b.escmsg_id)
  assert.notEqual(a.id, b.id)
  assert.deepEqual(requests[2].body, requests[0].body)
})

test('a forged one and one with a flipped bit do not verify; a byte order mark does', async (t) => {
  const { halo, requests, verifies } = await start(t)
  await settled(halo.send({ forged: true }))
  await settled(halo.send({ flip_bit: 333 }))
  await settled(halo.send({ bom: true }))
  assert.deepEqual(requests.map(verifies), [false, false, true])
  assert.deepEqual([...requests[2].body.subarray(0, 3)], [0xef, 0xbb, 0xbf])
})

test('a refused delivery is tried again, same escmsg_id, new id, until a 2xx', async (t) => {
  const answer = (number) => ({ status: number < 3 ? 503 : 200, body: `answer ${number}` })
  const { halo, requests, verifies } = await start(t, {
    receiver: { answer },
    webhook: { retry: { interval_ms: 10 } },
  })
  const [row] = await settled(halo.send({}))
  assert.deepEqual(
    [row.attempt, row.status, row.responsestatus, row.responsebody],
    [3, 'success', 200, 'answer 3'],
  )
  assert.equal(new Set(requests.map((request) => parse(request).escmsg_id)).size, 1)
  assert.equal(new Set(requests.map((request) => parse(request).id)).size, 3)
  assert.ok(requests.every(verifies))
  assert.deepEqual(
    halo.deliveries().map(({ responsestatus }) => responsestatus),
    [503, 503, 200],
  )
})

test('retries may keep the id, and end at attempts_max', async (t) => {
  const webhook = { retry: { interval_ms: 5, attempts_max: 3, fresh_id: false } }
  const { halo, requests } = await start(t, { receiver: { answer: () => ({ status: 500 }) }, webhook })
  const [row] = await settled(halo.send({}))
  assert.deepEqual([row.status, row.attempt, requests.length], ['failed', 3, 3])
  assert.equal(new Set(requests.map((request) => parse(request).id)).size, 1)
})

test('silence is a failure after timeout_ms, and is tried again', async (t) => {
  const answer = (number) => (number === 1 ? null : { status: 200 })
  const { halo } = await start(t, {
    receiver: { answer },
    webhook: { sending: { timeout_ms: 60 }, retry: { interval_ms: 5 } },
  })
  await settled(halo.send({}))
  const [first, second] = halo.deliveries()
  assert.match(first.error, /no answer within 60 ms/)
  assert.deepEqual([first.responsestatus, second.responsestatus], [0, 200])
})

test('a webhook is disabled after so many failures in a row', async (t) => {
  const webhook = { retry: { interval_ms: 5, auto_disable_attempts: 2 } }
  const { halo, requests } = await start(t, { receiver: { answer: () => ({ status: 401 }) }, webhook })
  await settled([halo.send({ once: true }), halo.send({ once: true })].flat())
  halo.send({})
  await new Promise((resolve) => setTimeout(resolve, 30))
  assert.equal(requests.length, 2)
  assert.equal(halo.status().webhook.active, false)
})

test('connections are kept alive, or not', async (t) => {
  const { halo, requests } = await start(t)
  for (let i = 0; i < 3; i += 1) await settled(halo.send({}))
  assert.equal(new Set(requests.map(({ port }) => port)).size, 1)
  halo.set_webhook({ sending: { keep_alive: false } })
  for (let i = 0; i < 3; i += 1) await settled(halo.send({}))
  assert.equal(new Set(requests.map(({ port }) => port)).size, 4)
})

test('bodies may go in chunks', async (t) => {
  const { halo, requests, verifies } = await start(t, {
    webhook: { sending: { chunked: true, chunk_size: 1000 } },
  })
  await settled(halo.send({ payload: 'full' }))
  assert.equal(requests[0].headers['transfer-encoding'], 'chunked')
  assert.equal(requests[0].headers['content-length'], undefined)
  assert.ok(verifies(requests[0]))
})

test('with Expect: 100-continue the body waits for 100, and is saved by a refusal', async (t) => {
  let refuse = false
  const on_continue = (request, response, listener) => {
    if (refuse) return void response.writeHead(413).end('too large')
    response.writeContinue()
    listener(request, response)
  }
  const { halo, requests, verifies } = await start(t, {
    receiver: { on_continue },
    webhook: { sending: { expect_continue: true } },
  })
  assert.equal((await settled(halo.send({ payload: 'full' })))[0].responsestatus, 200)
  assert.ok(verifies(requests[0]))
  refuse = true
  const [row] = await settled(halo.send({ once: true }))
  assert.deepEqual([row.responsestatus, row.responsebody, requests.length], [413, 'too large', 1])
})

test('over https with an extra CA; without it the delivery fails', async (t) => {
  const secure = make_server_certificate({ folder: temporary_folder(t) })
  const { halo, requests } = await start(t, { receiver: { tls: secure } })
  const [refused] = await settled(halo.send({ once: true }))
  assert.match(refused.error, /certificate/)
  halo.set_webhook({ sending: { ca: fs.readFileSync(secure.ca_file, 'utf8') } })
  await settled(halo.send({}))
  assert.equal(requests.length, 1)
})

test('a process of its own takes a certificate and a webhook, sends, and shows its log', async (t) => {
  const { url, made, requests, verifies } = await start(t)
  const child = spawn(process.execPath, [MAIN], { stdio: ['ignore', 'pipe', 'inherit'] })
  t.after(() => child.kill('SIGKILL'))
  const [line] = await once(child.stdout, 'data')
  const control = `${JSON.parse(line).control_url}/practice`
  const upload = await post_json(`${control}/certificate`, {
    pfx_base64: made.pfx.toString('base64'),
    password: made.password,
  })
  assert.match(upload.body.thumbprint, /^[0-9A-F]{40}$/)
  assert.equal((await post_json(`${control}/certificate`, { pfx_base64: '', password: 'x' })).status, 400)
  await post_json(`${control}/webhook`, { url, signing: { header: 'X-Signature' } })
  const sent = await post_json(`${control}/send`, { kind: 'created', count: 3, wait: true })
  assert.deepEqual(
    sent.body.rows.map(({ responsestatus }) => responsestatus),
    [200, 200, 200],
  )
  assert.equal((await post_json(`${control}/repeat`, { wait: true })).body.rows.length, 1)
  assert.equal((await post_json(`${control}/send`, { kind: 'nonsense' })).status, 400)
  const log = await (await fetch(`${control}/deliveries?after=1`)).json()
  assert.deepEqual([log.items.length, log.next, requests.length], [3, 4, 4])
  assert.ok(requests.every(verifies))
  child.kill('SIGTERM')
  assert.deepEqual(await once(child, 'exit'), [0, null])
})

test('the command line sends once and says by its exit code whether all were taken', async (t) => {
  const { url, made, folder, requests } = await start(t, {
    receiver: { answer: (number) => ({ status: number === 3 ? 401 : 200 }) },
  })
  const password_file = path.join(folder, 'password')
  fs.writeFileSync(password_file, `${made.password}\n`)
  const args = [
    MAIN,
    '--webhook',
    url,
    '--pfx',
    made.pfx_file,
    '--pfx-password-file',
    password_file,
    '--attempts-max',
    '1',
  ]
  const run = async (...more) =>
    (await once(spawn(process.execPath, [...args, ...more], { stdio: 'ignore' }), 'exit'))[0]
  assert.equal(await run('--send', 'status_changed', '--count', '2', '--sign', 'header=X-Halo'), 0)
  assert.ok(requests[0].headers['x-halo'])
  assert.equal(await run('--send', 'created'), 1)
  assert.equal(await run('--send', 'nonsense'), 2)
})
