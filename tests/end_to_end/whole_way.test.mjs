// The main job: what HaloPSA sends is answered, stored, and arrives at Mizo once, byte for byte.
import assert from 'node:assert/strict'
import { createHash, createVerify } from 'node:crypto'
import { after, before, describe, it } from 'node:test'
import { PAYLOADS, encode_body, make_occurrence } from '../practice/halopsa/webhook_body.mjs'
import { World } from './support/world.mjs'

const TYPES = {
  created: 'com.halopsa.ticket.created',
  status_changed: 'com.halopsa.ticket.status_changed',
  changed: 'com.halopsa.ticket.changed',
  updated: 'com.halopsa.ticket.changed',
  action_added: 'com.halopsa.ticket.action_added',
  other: 'com.halopsa.ticket.other',
}
const UUID_V7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/

const bytes_of = (row) => Buffer.from(row.requestbody_base64, 'base64')
const sha256 = (bytes) => createHash('sha256').update(bytes).digest('hex')
const answer_of = (row) => JSON.parse(row.responsebody)
const to_ms = (halo_time) => halo_time.replace(/(\.\d{3})\d*Z$/, '$1Z')

// The events of one accepted delivery: as the log shows them, with the frames in which they arrived.
async function journey_of(world, row) {
  await world.drained()
  const detail = await world.admin.get(`/deliveries/${answer_of(row).delivery}`)
  const frames = world.frames()
  return {
    detail,
    events: detail.event_list.map((event) => ({
      event,
      arrived: frames.filter(({ event: { id } }) => id === event.id),
    })),
  }
}

async function assert_arrived_once(world, row, count) {
  assert.equal(row.responsestatus, 200)
  assert.equal(answer_of(row).status, 'accepted')
  assert.equal(answer_of(row).events, count)
  const { detail, events } = await journey_of(world, row)
  assert.equal(events.length, count)
  for (const { event, arrived } of events) {
    assert.equal(arrived.length, 1, `event ${event.seq} arrived ${arrived.length} times`)
    assert.equal(arrived[0].seq, event.seq)
    assert.equal(arrived[0].attempt, 1)
    const data = Buffer.from(arrived[0].event.data_base64, 'base64')
    assert.ok(data.equals(bytes_of(row)), 'the bytes are those that HaloPSA signed')
    assert.equal(event.state, 'acked')
  }
  assert.equal(detail.verification.result, 'verified')
  assert.equal(detail.verification.body_sha256, sha256(bytes_of(row)))
  return { detail, events: events.map(({ event, arrived }) => ({ event, sent: arrived[0].event })) }
}

for (const mode of ['off', 'auto']) {
  describe(mode === 'off' ? 'over http' : 'over https with the CA of the relay', () => {
    let world
    before(async () => {
      world = await World.start({ settings: { 'webhook.tls': mode } })
    })
    after(() => world.close())

    for (const [kind, type] of Object.entries(TYPES)) {
      it(`relays "${kind}", small, full, and without a ticket`, async () => {
        const sendings = PAYLOADS.map((payload) => world.halo.send({ kind, payload, ticket_id: 777 })[0])
        for (const delivery of sendings) {
          const row = await delivery.settled
          const { detail, events } = await assert_arrived_once(world, row, 1)
          const [{ event, sent }] = events
          const [occurrence] = delivery.occurrences
          assert.match(sent.id, UUID_V7)
          assert.equal(sent.specversion, '1.0')
          assert.equal(sent.type, type)
          assert.equal(sent.source, `urn:mizo:relay:${world.cloud.relays.list()[0].relay_id}`)
          assert.equal(sent.subject, 'ticket/777')
          assert.equal(sent.datacontenttype, 'application/json')
          assert.equal(sent.origin, 'webhook')
          assert.equal(sent.time, to_ms(occurrence.timestamp))
          assert.equal(sent.receivedat, detail.received_at)
          assert.ok(!('batchindex' in sent) && !('replayof' in sent))
          assert.equal(sent.thumbprint, world.halo.certificate().thumbprint)
          assert.equal(sent.signature, row.requestheaders['X-Signature'])
          assert.equal(sent.signaturealg, 'RSASSA-PKCS1-v1_5-SHA256')
          assert.ok(sent.dedupkey.includes(occurrence.escmsg_id))
          assert.equal(event.ticket, 777)
          assert.equal(event.understood, true)
        }
      })
    }

    for (const batch of ['array', 'wrapper']) {
      it(`relays each event of a batch (${batch}) by itself, with the bytes of the whole`, async () => {
        const row = await world.send({ kind: 'created', batch, batch_size: 5, payload: 'full' })
        const { events } = await assert_arrived_once(world, row, 5)
        assert.deepEqual(
          events.map(({ sent }) => sent.batchindex),
          [0, 1, 2, 3, 4],
        )
        assert.equal(new Set(events.map(({ sent }) => sent.dedupkey)).size, 5)
        assert.equal(new Set(events.map(({ sent }) => sent.subject)).size, 5)
      })
    }

    it('lets the cloud check the signature again, with the certificate alone', async () => {
      const row = await world.send({ kind: 'created' })
      const { events } = await assert_arrived_once(world, row, 1)
      const { sent } = events[0]
      const certificates = await world.admin.all('/certificates')
      const { pem } = certificates.find(({ thumbprint }) => thumbprint === sent.thumbprint)
      const verify = createVerify('RSA-SHA256').update(Buffer.from(sent.data_base64, 'base64'))
      assert.ok(verify.verify(pem, sent.signature, 'base64'))
    })

    it('takes chunked bodies and those announced by Expect: 100-continue', async () => {
      await world.point_webhook({ sending: { chunked: true, expect_continue: true } })
      try {
        await assert_arrived_once(world, await world.send({ kind: 'created', payload: 'full' }), 1)
      } finally {
        await world.point_webhook({ sending: { chunked: false, expect_continue: false } })
      }
    })

    it('kept the contract of the link', () => world.assert_contract_kept())
  })
}

describe('what is not an ordinary webhook', () => {
  let world
  before(async () => {
    world = await World.start()
  })
  after(() => world.close())

  const rejected_of = async (remote_marker) => {
    const { items } = await world.admin.get(`/deliveries?outcome=rejected&limit=50`)
    return items.slice(0, remote_marker)
  }

  // Sends what must be refused, and gives the explanation that the log shows for it.
  async function refused(options) {
    const before_it = (await rejected_of(50)).map(({ id }) => id)
    const arrivals = world.cloud.events().total
    const row = await world.send({ once: true, ...options })
    assert.equal(row.responsestatus, 401)
    assert.equal(row.responsebody, '', 'the answer says nothing about why')
    const fresh = await world.admin_until(async () =>
      (await rejected_of(50)).find(({ id }) => !before_it.includes(id)),
    )
    const detail = await world.admin.get(`/deliveries/${fresh.id}`)
    assert.equal(detail.outcome, 'rejected')
    assert.equal(detail.verification.result, 'failed')
    assert.equal(detail.verification.body_sha256, sha256(bytes_of(row)))
    assert.deepEqual(detail.event_list, [])
    await world.drained()
    assert.equal(world.cloud.events().total, arrivals, 'nothing of it is relayed')
    return detail.verification
  }
  const hints = ({ hints }) => hints.map(({ code }) => code)

  it('knows a repeat by escmsg_id, though its id and its bytes are others', async () => {
    const first = await world.send({ kind: 'changed' })
    const { total } = (await world.drained(), world.cloud.events())
    for (const exact of [false, true]) {
      const row = await world.halo.repeat({ exact }).settled
      assert.equal(row.responsestatus, 200)
      assert.equal(answer_of(row).status, 'repeated')
      assert.ok(!('events' in answer_of(row)))
      const detail = await world.admin.get(`/deliveries/${answer_of(row).delivery}`)
      assert.equal(detail.outcome, 'repeated')
      assert.equal(detail.repeat_of, answer_of(first).delivery)
    }
    await world.drained()
    assert.equal(world.cloud.events().total, total)
  })

  it('takes of a batch only what is new', async () => {
    const { id: webhook_id } = world.halo.webhook
    const known = make_occurrence({ webhook_id, ticket_id: 9001 })
    const fresh = make_occurrence({ webhook_id, ticket_id: 9002 })
    await world.send({ body: encode_body([known]) })
    const row = await world.send({ body: encode_body([known, fresh], 'array') })
    const { events } = await assert_arrived_once(world, row, 1)
    assert.equal(events[0].sent.subject, 'ticket/9002')
    assert.equal(events[0].sent.batchindex, 1)
  })

  it('refuses a forged one, and explains it to the admin alone', async () => {
    const verification = await refused({ kind: 'created', forged: true })
    assert.equal(verification.code, 'signature_wrong')
    assert.equal(verification.tried.length, 1)
    assert.equal(verification.tried[0].matched, false)
    assert.deepEqual(verification.header, {
      name: 'X-Signature',
      found: true,
      length: 344,
      alphabet: 'base64',
    })
  })

  it('refuses a body of which one bit changed, wherever it is', async () => {
    for (const flip_bit of [0, 77, 1024])
      assert.equal((await refused({ kind: 'created', flip_bit })).code, 'signature_wrong')
  })

  it('says what is missing, what is malformed, and what would verify', async () => {
    const with_signing = async (signing, options = {}) => {
      await world.point_webhook({ signing })
      try {
        return await refused({ kind: 'created', ...options })
      } finally {
        await world.point_webhook({
          signing: { mode: 'x509', encoding: 'base64', hash: 'sha256', bytes: 'raw' },
        })
      }
    }
    assert.equal((await with_signing({ mode: 'none' })).code, 'signature_missing')
    assert.equal((await with_signing({ encoding: 'hex_dashes' })).code, 'signature_malformed')
    assert.ok(hints(await with_signing({ hash: 'sha512' })).includes('hint_scheme'))
    assert.ok(hints(await with_signing({ hash: 'sha1' })).includes('hint_sha1'))
    assert.ok(hints(await with_signing({ bytes: 'no_bom' }, { bom: true })).includes('hint_bom'))
  })

  it('takes a byte order mark that was signed with the rest, and relays it', async () => {
    const { events } = await assert_arrived_once(world, await world.send({ kind: 'created', bom: true }), 1)
    assert.equal(events[0].sent.type, TYPES.created)
    assert.equal(Buffer.from(events[0].sent.data_base64, 'base64')[0], 0xef)
  })

  const nested = (depth) =>
    `{"event":"new ticket logged","x":${'['.repeat(depth - 1)}${']'.repeat(depth - 1)}}`
  const odd_bodies = {
    'text that is no JSON': 'this is no JSON at all',
    'JSON cut off': '{"event":"new ticket logged",',
    'bytes that are no UTF-8': Buffer.from([0x7b, 0xff, 0xfe, 0x00, 0x7d]),
    'JSON without an event': '{"hello":"world"}',
    'an empty list': '[]',
    'JSON that is too deep': nested(65),
  }
  for (const [what, text] of Object.entries(odd_bodies)) {
    it(`never refuses what HaloPSA signed: ${what}`, async () => {
      const row = await world.send({ body: Buffer.from(text) })
      const { events } = await assert_arrived_once(world, row, 1)
      assert.equal(events[0].sent.type, TYPES.other)
      assert.equal(events[0].event.understood, false)
    })
  }

  it('understands JSON of just the depth that is allowed', async () => {
    const { events } = await assert_arrived_once(
      world,
      await world.send({ body: Buffer.from(nested(64)) }),
      1,
    )
    assert.equal(events[0].event.understood, true)
    assert.equal(events[0].sent.type, TYPES.created)
  })

  it('takes a batch of 1,000, and keeps one of 1,001 as not understood', async () => {
    const batch_of = (size, mark) =>
      Buffer.from(
        JSON.stringify(
          Array.from({ length: size }, (_, i) => ({ event: 'ticket changed', id: `${mark}${i}` })),
        ),
      )
    const full = await world.send({ body: batch_of(1000, 'a') })
    assert.equal(answer_of(full).events, 1000)
    const over = await world.send({ body: batch_of(1001, 'b') })
    const { events } = await assert_arrived_once(world, over, 1)
    assert.equal(events[0].event.understood, false)
    assert.equal(world.cloud.events().unique, world.cloud.events().total)
  })

  it('stores events of ticket types out of scope, shows them, and does not relay them', async () => {
    await world.admin.patch('/settings', { 'scope.ticket_types': ['26'] })
    try {
      const arrivals = world.cloud.events().total
      const row = await world.send({ kind: 'created' }) // of ticket type 25
      assert.equal(answer_of(row).status, 'accepted')
      const { detail, events } = await journey_of(world, row)
      assert.equal(detail.state, 'unscoped')
      assert.equal(events[0].event.seq, null)
      assert.equal(world.cloud.events().total, arrivals)
    } finally {
      await world.admin.patch('/settings', { 'scope.ticket_types': null })
    }
  })

  it('kept the contract of the link', () => world.assert_contract_kept())
})
