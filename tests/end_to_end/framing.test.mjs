// HTTP/1.1 to the letter: what could be read in two ways is answered 400 and closed, and a request hidden
// behind it is never seen.
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { RawConnection } from './support/raw_connection.mjs'
import { chunked, http_request, signed_body, webhook_request } from './support/webhook_request.mjs'
import { World } from './support/world.mjs'

const HIDDEN_TICKET = 666001

let world
before(async () => {
  world = await World.start({ cloud: null })
})
after(() => world.close())

const open = () => RawConnection.open(world.daemon.webhook_port)
const stored_of = async (ticket) => (await world.admin.get(`/deliveries?ticket=${ticket}`)).items.length
const hidden = () => webhook_request(world, { occurrence: { ticket_id: HIDDEN_TICKET } })

describe('ordinary connections', () => {
  it('keep alive over many requests, written one after the other or all at once', async () => {
    const connection = await open()
    for (let i = 0; i < 5; ++i)
      assert.equal((await connection.write(webhook_request(world)).answer()).status, 200)
    connection.write(Buffer.concat(Array.from({ length: 10 }, () => webhook_request(world))))
    const ids = new Set()
    for (let i = 0; i < 10; ++i) ids.add(JSON.parse((await connection.answer()).body).delivery)
    assert.equal(ids.size, 10)
    assert.equal(connection.closed, false)
    connection.destroy()
  })

  it('take a request byte by byte', async () => {
    const connection = await open()
    connection.socket.setNoDelay(true)
    for (const byte of webhook_request(world, { occurrence: { payload: 'event_only' } }))
      connection.write(Buffer.from([byte]))
    assert.equal((await connection.answer()).status, 200)
    connection.destroy()
  })

  it('take chunked bodies, with extensions and trailers, and go on after them', async () => {
    const connection = await open()
    for (const size of [1, 7, 100_000]) {
      const { body, headers } = signed_body(world)
      const fields = [...Object.entries(headers), ['Transfer-Encoding', 'chunked']]
      const head = http_request({ target: world.webhook_path, fields, framed: false })
      const coded = chunked(body, size).toString('latin1')
      const extended = coded
        .replace('\r\n', ';name="value"\r\n')
        .replace(/0\r\n\r\n$/, '0\r\nX-Trailer: y\r\n\r\n')
      connection.write(Buffer.concat([head, Buffer.from(extended, 'latin1')]))
      assert.equal((await connection.answer()).status, 200)
    }
    connection.destroy()
  })

  it('say 100 only where the body is wanted', async () => {
    const request = webhook_request(world, { fields: [['Expect', '100-continue']] })
    const head = request.indexOf('\r\n\r\n') + 4
    const connection = await open()
    connection.write(request.subarray(0, head))
    assert.equal((await connection.answer()).status, 100)
    connection.write(request.subarray(head))
    assert.equal((await connection.answer()).status, 200)
    connection.destroy()
    for (const [change, status] of [
      [{ target: '/elsewhere' }, 404],
      [{ method: 'PUT' }, 405],
      [
        {
          fields: [
            ['Expect', '100-continue'],
            ['Content-Type', 'text/plain'],
          ],
        },
        415,
      ],
      [
        {
          fields: [
            ['Expect', '100-continue'],
            ['Content-Length', '5000000'],
          ],
        },
        413,
      ],
    ]) {
      const unwanted = webhook_request(world, { fields: [['Expect', '100-continue']], ...change })
      const refused = (await open()).write(unwanted.subarray(0, unwanted.indexOf('\r\n\r\n') + 4))
      assert.equal((await refused.answer()).status, status)
      await refused.ended()
      refused.destroy()
    }
  })

  it('end when asked to, and after HTTP/1.0', async () => {
    for (const change of [{ fields: [['Connection', 'close']] }, { version: 'HTTP/1.0' }]) {
      const connection = (await open()).write(Buffer.concat([webhook_request(world, change), hidden()]))
      const answer = await connection.answer()
      assert.equal(answer.status, 200)
      assert.equal(answer.headers.connection, 'close')
      assert.equal(await connection.ended(), '')
      connection.destroy()
    }
    assert.equal(await stored_of(HIDDEN_TICKET), 0)
  })

  it('answer HEAD without a body', async () => {
    const connection = (await open()).write(
      webhook_request(world, { method: 'HEAD', body: '', framed: false }),
    )
    const answer = await connection.answer({ without_body: true })
    assert.equal(answer.status, 405)
    assert.equal(connection.waiting_bytes, 0)
    connection.destroy()
  })
})

// Each case: a request by its head's lines and its body; what follows it on the wire is a good webhook.
const chunk_case = (coded) => ({ fields: [['Transfer-Encoding', 'chunked']], framed: false, body: coded })
const field_case = (...fields) => ({ fields })
const CASES = {
  'two lengths': field_case(['Content-Length', '2'], ['Content-Length', '2']),
  'two lengths that differ': field_case(['Content-Length', '2'], ['content-length', '200']),
  'a list of lengths': field_case(['Content-Length', '2, 2']),
  'a length with a sign': field_case(['Content-Length', '+2']),
  'a negative length': field_case(['Content-Length', '-2']),
  'a hexadecimal length': field_case(['Content-Length', '0x2']),
  'an empty length': field_case(['Content-Length', '']),
  'a length with a blank in it': field_case(['Content-Length', '2 2']),
  'a length of 30 digits': field_case(['Content-Length', '9'.repeat(30)]),
  'length and chunked': {
    ...chunk_case('0\r\n\r\n'),
    fields: [
      ['Content-Length', '5'],
      ['Transfer-Encoding', 'chunked'],
    ],
  },
  'chunked twice': {
    ...chunk_case('0\r\n\r\n'),
    fields: [
      ['Transfer-Encoding', 'chunked'],
      ['Transfer-Encoding', 'chunked'],
    ],
  },
  ...Object.fromEntries(
    [
      'identity',
      'gzip, chunked',
      'chunked, identity',
      'xchunked',
      '"chunked"',
      'chunked;q=1',
      'CHUNKED ,',
      '',
    ].map((coding) => [
      `transfer coding "${coding}"`,
      { ...chunk_case('0\r\n\r\n'), fields: [['Transfer-Encoding', coding]] },
    ]),
  ),
  'chunked in HTTP/1.0': { ...chunk_case('0\r\n\r\n'), version: 'HTTP/1.0' },
  'no Host': field_case(['Host', null]),
  'two Hosts': field_case(['Host', 'relay.test'], ['Host', 'relay.test']),
  'an empty Host': field_case(['Host', '']),
  'a Host with a path': field_case(['Host', 'relay.test/x']),
  'a Host with a user': field_case(['Host', 'user@relay.test']),
  'a blank before the colon': field_case(['X-Blank ', 'x']),
  'a folded header': field_case(['X-Folded', 'one\r\n two']),
  'a field without a colon': field_case(['X-One', 'x\r\nnonsense']),
  'a field without a name': field_case(['', 'x']),
  'a NUL in a value': field_case(['X-Nul', 'a\0b']),
  'a bare CR in a value': field_case(['X-Cr', 'a\rb']),
  'a bare LF as line end': field_case(['X-Lf', 'a\nX-Other: b']),
  'an upgrade': field_case(['Upgrade', 'websocket'], ['Connection', 'Upgrade']),
  'an upgrade to HTTP/2': field_case(['Upgrade', 'h2c'], ['HTTP2-Settings', 'AAMAAABk']),
  'HTTP/2.0': { version: 'HTTP/2.0' },
  'HTTP/1.2': { version: 'HTTP/1.2' },
  'no version': { version: '' },
  'a lower-case version': { version: 'http/1.1' },
  'an absolute target': { target: 'http://relay.test/' },
  'a target of another form': { target: '*' },
  'a target with a blank': { target: '/a b' },
  'a method that is no token': { method: 'PO(ST' },
  'a chunk size that is no number': chunk_case('xyz\r\nab\r\n0\r\n\r\n'),
  'a chunk size with a sign': chunk_case('+2\r\nab\r\n0\r\n\r\n'),
  'a chunk size with 0x': chunk_case('0x2\r\nab\r\n0\r\n\r\n'),
  'a chunk size with a blank': chunk_case(' 2\r\nab\r\n0\r\n\r\n'),
  'a chunk size of nine digits': chunk_case('000000002\r\nab\r\n0\r\n\r\n'),
  'a chunk size without digits': chunk_case(';x\r\nab\r\n0\r\n\r\n'),
  'a chunk that ends with a bare LF': chunk_case('2\nab\r\n0\r\n\r\n'),
  'a chunk longer than it says': chunk_case('2\r\nabc\r\n0\r\n\r\n'),
  'a chunk without its end': chunk_case('2\r\nab0\r\n\r\n'),
  'control bytes in a chunk extension': chunk_case('2;x=\x01\r\nab\r\n0\r\n\r\n'),
  'a trailer with a bare LF': chunk_case('2\r\nab\r\n0\r\nX: y\n\r\n'),
}

describe('what could be read in two ways', () => {
  for (const [what, change] of Object.entries(CASES)) {
    it(`${what}: 400, closed, and the next request is not seen`, async () => {
      const request = http_request({ target: world.webhook_path, body: '{}', ...change })
      const connection = (await open()).write(Buffer.concat([request, hidden()]))
      const answer = await connection.answer()
      assert.equal(answer.status, 400)
      assert.equal(answer.headers.connection, 'close')
      assert.equal(answer.body, '')
      assert.equal(await connection.ended(), '', 'there is one answer')
      connection.destroy()
    })
  }

  for (const [what, bytes] of Object.entries({
    'a line end before the request': '\r\n',
    'the preface of HTTP/2': 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n',
    'a TLS greeting': Buffer.from('160301020001000000\r\n\r\n', 'latin1'),
    'a request line alone': 'GET\r\n\r\n',
    'lines that end with a bare LF alone': 'GET / HTTP/1.1\nHost: relay.test\n\n',
  })) {
    it(`${what}: 400 and closed`, async () => {
      const connection = (await open()).write(Buffer.concat([Buffer.from(bytes), hidden()]))
      assert.equal((await connection.answer()).status, 400)
      assert.equal(await connection.ended(), '')
      connection.destroy()
    })
  }

  it('left nothing behind: no hidden request was stored', async () => {
    assert.equal(await stored_of(HIDDEN_TICKET), 0)
    const connection = (await open()).write(hidden())
    assert.equal((await connection.answer()).status, 200)
    assert.equal(await stored_of(HIDDEN_TICKET), 1, 'sent openly, it is')
    connection.destroy()
  })
})
