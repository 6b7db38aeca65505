// The table of answers, on the wire: status, headers, and that nothing of the inside is told.
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { until } from '../practice/support/until.mjs'
import { RawConnection } from './support/raw_connection.mjs'
import { chunked, http_request, sign, signed_body, webhook_request } from './support/webhook_request.mjs'
import { World } from './support/world.mjs'

const MIB = 1024 * 1024

// What no answer may hold: versions, names of parts, words of an exception.
const DETAIL = /mizo|boost|beast|sqlite|exception|error|signature|certificate|\/work|\.cpp/i

function assert_tells_nothing({ headers, body }) {
  assert.ok(!('server' in headers))
  if (!body.startsWith('{"status":')) assert.equal(body, '')
  for (const text of [body, ...Object.values(headers)]) assert.doesNotMatch(text, DETAIL)
}

let world
before(async () => {
  world = await World.start({ cloud: null })
})
after(() => world.close())

const open = (options) => RawConnection.open(world.daemon.webhook_port, options)

// One request on a connection of its own; gives the answer, with `closed`: whether it ended the connection.
async function ask(bytes, { localAddress = '127.0.0.9' } = {}) {
  const connection = await open({ localAddress })
  try {
    connection.write(bytes)
    const answer = await connection.answer()
    assert_tells_nothing(answer)
    if (answer.headers.connection === 'close') await connection.ended()
    return { ...answer, closed: connection.closed }
  } finally {
    connection.destroy()
  }
}

const stored_of = async (ticket) => (await world.admin.get(`/deliveries?ticket=${ticket}`)).items.length

describe('what is answered', () => {
  it('a good webhook: 200, as JSON, and the connection stays', async () => {
    const answer = await ask(webhook_request(world))
    assert.equal(answer.status, 200)
    assert.equal(answer.closed, false)
    const { status, delivery, events, ...rest } = JSON.parse(answer.body)
    assert.deepEqual([status, events, rest], ['accepted', 1, {}])
    assert.match(delivery, /^[0-9a-f-]{36}$/)
    assert.equal(answer.headers['cache-control'], 'no-store')
    assert.equal(answer.headers['x-content-type-options'], 'nosniff')
    assert.equal(answer.headers['content-security-policy'], "default-src 'none'")
  })

  it('no signature, or a wrong one: 401 without a word', async () => {
    const { body } = signed_body(world)
    const target = world.webhook_path
    for (const signature of [null, '', 'AAAA', 'A'.repeat(344), '%%%', 'x'.repeat(8000)]) {
      const fields = signature === null ? [] : [['X-Signature', signature]]
      const answer = await ask(http_request({ target, body, fields }))
      assert.equal(answer.status, 401)
      assert.equal(answer.body, '')
      assert.ok(!('www-authenticate' in answer.headers))
    }
  })

  it('two signatures: 401, whichever is right', async () => {
    const { headers } = signed_body(world)
    const fields = [['X-Signature', 'AAAA'], ...Object.entries(headers)]
    assert.equal((await ask(webhook_request(world, { fields }))).status, 401)
  })

  it('another path: 404', async () => {
    const almost = `${world.webhook_path.slice(0, -1)}${world.webhook_path.endsWith('0') ? '1' : '0'}`
    const encoded = world.webhook_path.replace('webhooks', '%77ebhooks')
    for (const target of [
      '/',
      '/webhooks/halopsa/',
      almost,
      `${world.webhook_path}/`,
      encoded,
      '/api/v1/status',
    ])
      assert.equal((await ask(webhook_request(world, { target }))).status, 404, target)
  })

  it('another method: 405 with Allow', async () => {
    for (const method of ['GET', 'PUT', 'DELETE', 'OPTIONS', 'TRACE', 'PATCH', 'post']) {
      const answer = await ask(webhook_request(world, { method }))
      assert.equal(answer.status, 405, method)
      assert.equal(answer.headers.allow, 'POST')
    }
  })

  it('another type, or a coded body: 415', async () => {
    const wrong = [null, 'text/plain', 'application/jsonp', 'application/x-www-form-urlencoded', '']
    for (const type of wrong)
      assert.equal(
        (await ask(webhook_request(world, { fields: [['Content-Type', type]] }))).status,
        415,
        type,
      )
    const coded = webhook_request(world, { fields: [['Content-Encoding', 'gzip']] })
    assert.equal((await ask(coded)).status, 415)
    for (const type of ['application/json', 'APPLICATION/JSON;charset=UTF-8']) {
      const good = webhook_request(world, { fields: [['Content-Type', type]] })
      assert.equal((await ask(good)).status, 200, type)
    }
  })

  it('an unknown expectation: 417', async () => {
    assert.equal((await ask(webhook_request(world, { fields: [['Expect', 'tea']] }))).status, 417)
  })
})

describe('limits', () => {
  const body_of = (size) => {
    const frame = Buffer.from('{"event":"new ticket logged","object_id":31,"text":""}')
    return Buffer.from(frame.toString().replace('""}', `"${'x'.repeat(size - frame.length)}"}`))
  }
  const request_of = (body) =>
    http_request({ target: world.webhook_path, body, fields: Object.entries(sign(world, body)) })

  it('takes a body of 4 MiB, and answers 413 to one byte more, announced or not', async () => {
    assert.equal((await ask(request_of(body_of(4 * MIB)))).status, 200)
    const over = body_of(4 * MIB + 1)
    const announced = await ask(request_of(over))
    assert.deepEqual([announced.status, announced.closed], [413, true])
    const fields = [...Object.entries(sign(world, over)), ['Transfer-Encoding', 'chunked']]
    const head = http_request({ target: world.webhook_path, fields, framed: false })
    const unannounced = await ask(Buffer.concat([head, chunked(over, 65536)]))
    assert.deepEqual([unannounced.status, unannounced.closed], [413, true])
    assert.equal(await stored_of(31), 1)
  })

  it('refuses a huge length before it reads a byte of it', async () => {
    const answer = await ask(webhook_request(world, { fields: [['Content-Length', '999999999999999999']] }))
    assert.deepEqual([answer.status, answer.closed], [413, true])
  })

  // A head of just this many bytes, the blank line included.
  const request_with_head = (size) => {
    const bare = webhook_request(world, { fields: [['X-Filler', '']] })
    const head = bare.indexOf('\r\n\r\n') + 4
    return Buffer.concat([
      Buffer.from(
        bare
          .subarray(0, head)
          .toString('latin1')
          .replace('X-Filler: ', `X-Filler: ${'f'.repeat(size - head)}`),
      ),
      bare.subarray(head),
    ])
  }

  it('takes a head of 16 KiB, and answers 431 to one byte more', async () => {
    assert.equal((await ask(request_with_head(16 * 1024))).status, 200)
    const answer = await ask(request_with_head(16 * 1024 + 1))
    assert.deepEqual([answer.status, answer.closed], [431, true])
  })

  it('answers 431 to a head without an end, and to too many fields', async () => {
    const endless = await ask(`POST / HTTP/1.1\r\nHost: relay.test\r\nX-Endless: ${'e'.repeat(40_000)}`)
    assert.deepEqual([endless.status, endless.closed], [431, true])
    const fields = Array.from({ length: 200 }, (_, i) => [`X-Field-${i}`, 'x'])
    assert.equal((await ask(webhook_request(world, { fields }))).status, 431)
  })

  it('answers 414 to a target that is too long', async () => {
    const target = `${world.webhook_path}?${'q'.repeat(9000)}`
    assert.equal((await ask(webhook_request(world, { target }))).status, 414)
  })

  // Each of these waits for the real deadline; they run side by side.
  describe('time', { concurrency: true }, () => {
    const timed = async (connection, timeout_ms) => {
      const answer = await connection.answer({ timeout_ms })
      assert.equal(answer.status, 408)
      assert_tells_nothing(answer)
      await connection.ended()
      return performance.now() - connection.opened_at
    }

    it('gives a head 10 s, however it drips in: 408', async () => {
      const connection = await open({ localAddress: '127.0.0.21' })
      const request = webhook_request(world)
      let at = 0
      const drip = setInterval(() => connection.write(request.subarray(at, ++at)), 200)
      const took = await timed(connection, 14_000).finally(() => clearInterval(drip))
      connection.destroy()
      assert.ok(took > 9_500 && took < 12_000, `${took} ms`)
    })

    it('gives a body 30 s, however it drips in: 408', async () => {
      const connection = await open({ localAddress: '127.0.0.22' })
      const request = webhook_request(world, { occurrence: { ticket_id: 32 } })
      let at = request.indexOf('\r\n\r\n') + 4
      connection.write(request.subarray(0, at))
      const drip = setInterval(() => connection.write(request.subarray(at, ++at)), 500)
      const took = await timed(connection, 35_000).finally(() => clearInterval(drip))
      connection.destroy()
      assert.ok(took > 29_500 && took < 33_000, `${took} ms`)
      assert.equal(await stored_of(32), 0)
    })
  })
})

describe('many connections', () => {
  const opened = []
  after(() => opened.forEach((connection) => connection.destroy()))

  const crowd = async (count, localAddress) => {
    const more = await Promise.all(Array.from({ length: count }, () => open({ localAddress })))
    opened.push(...more)
    return more
  }
  const status_from = async (localAddress) => (await ask(webhook_request(world), { localAddress })).status

  it('64 of one address are served; the next is answered 503, others are not concerned', async () => {
    const crowded = await crowd(64, '127.0.1.1')
    const refused = await ask(webhook_request(world), { localAddress: '127.0.1.1' })
    assert.equal(refused.status, 503)
    assert.match(refused.headers['retry-after'], /^\d+$/)
    assert.equal(refused.closed, true)
    assert.equal(await status_from('127.0.1.2'), 200)
    const last = crowded[63].write(webhook_request(world))
    assert.equal((await last.answer()).status, 200)
    last.destroy()
    await until(async () => (await status_from('127.0.1.1')) === 200, {
      what: 'room for one more',
      poll_ms: 20,
    })
  })

  it('512 are served at once; the next is answered 503, and each that leaves makes room', async () => {
    opened.splice(0).forEach((connection) => connection.destroy())
    for (let address = 1; address <= 8; ++address) await crowd(64, `127.0.2.${address}`)
    await until(async () => (await status_from('127.0.3.1')) === 503, {
      what: 'the listener is full',
      poll_ms: 20,
    })
    assert.equal((await opened[300].write(webhook_request(world)).answer()).status, 200)
    opened.splice(0, 100).forEach((connection) => connection.destroy())
    await until(async () => (await status_from('127.0.3.1')) === 200, {
      what: 'room for one more',
      poll_ms: 20,
    })
  })
})
