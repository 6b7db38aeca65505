// Webhooks that fire by themselves when something happens to a ticket, and the log of their deliveries.
import assert from 'node:assert/strict'
import { createHmac, verify } from 'node:crypto'
import fs from 'node:fs'
import { test } from 'node:test'
import { temporary_folder } from '../support/temporary.mjs'
import { start_caller } from '../support/test_halo.mjs'
import { make_pfx } from '../support/test_pfx.mjs'
import { start_receiver } from '../support/test_receiver.mjs'
import { until } from '../support/until.mjs'

// A receiver, and an instance whose guide is done and whose Mizo webhook points at it.
async function start(t, { receiver = {}, webhook = {}, ...options } = {}) {
  const made = make_pfx(temporary_folder(t))
  const { requests, url } = await start_receiver(t, receiver)
  const caller = await start_caller(t, {
    guide: 'done',
    rights: 'admin',
    webhook: { url, ...webhook },
    ...options,
  })
  await caller.halo.load_certificate(made.pfx, made.password)
  const came = async (count) => {
    await until(() => requests.length >= count, { what: `${count} webhooks` })
    return requests.map(({ body }) => JSON.parse(body))
  }
  const public_key = fs.readFileSync(made.public_key_file, 'utf8')
  return { ...caller, requests, url, came, made, public_key, id: caller.halo.webhook.id }
}

test('a new ticket fires once, signed, with the ticket and who made it', async (t) => {
  const { halo, came, requests, public_key, id } = await start(t)
  const ticket = halo.add_ticket({ summary: 'It burns 🔥', tickettype_id: 25 }, { agent_id: 4 })
  const [body] = await came(1)
  assert.deepEqual([body.event, body.object_id, body.agent_id], ['new ticket logged', ticket.id, 4])
  assert.deepEqual([body.ticket.summary, body.ticket.tickettype_id, body.webhook_id], ['It burns 🔥', 25, id])
  const signature = Buffer.from(requests[0].headers['x-signature'], 'base64')
  assert.ok(verify('sha256', requests[0].body, public_key, signature))
})

test('a change of status, and of the client, fire; of the summary, nothing does', async (t) => {
  const { halo, came, requests } = await start(t)
  const { id } = halo.add_ticket()
  halo.change_ticket(id, { summary: 'Another' })
  halo.change_ticket(id, { status_id: 2 })
  halo.change_ticket(id, { client_id: 18 })
  const events = (await came(3)).map(({ event }) => event)
  assert.deepEqual(events, ['new ticket logged', 'ticket status changed', 'ticket changed'])
  assert.equal(requests.length, 3)
})

test('of the actions, only those of the guide fire; one with a status fires that too', async (t) => {
  const { halo, came } = await start(t)
  const { id } = halo.add_ticket()
  halo.add_action(id, { outcome: 'Re-Assign' })
  halo.add_action(id, { outcome: 'Email User', note: 'Dear user', new_status: 4 })
  const bodies = await came(3)
  assert.deepEqual(
    bodies.map(({ event }) => event),
    ['new ticket logged', 'action added by agent', 'ticket status changed'],
  )
  assert.deepEqual([bodies[1].action.id, bodies[1].action.outcome], [2, 'Email User'])
})

test('what the API’s own agent does comes back as an event with its agent_id', async (t) => {
  const { api, came } = await start(t)
  const ticket = await api('POST', '/Tickets', { summary: 'By the relay' })
  await api('POST', '/Actions', { ticket_id: ticket.id, outcome: 'Private Note', note_html: '<p>Hi</p>' })
  assert.deepEqual(
    (await came(2)).map(({ agent_id, object_id }) => [agent_id, object_id]),
    [
      [31, ticket.id],
      [31, ticket.id],
    ],
  )
})

test('a change in the agents’ page fires like any other', async (t) => {
  const { halo, came } = await start(t)
  const { id } = halo.add_ticket()
  const page = `${halo.url}/agents/tickets/${id}?agent=4`
  const form = new URLSearchParams({ outcome: 'Private Note', note: 'Seen', new_status: '8' })
  const answer = await fetch(page, { method: 'POST', body: form, redirect: 'manual' })
  assert.deepEqual([answer.status, answer.headers.get('location')], [303, `/agents/tickets/${id}?agent=4`])
  const bodies = await came(3)
  assert.deepEqual(
    bodies.map(({ event }) => event),
    ['new ticket logged', 'action added by agent', 'ticket status changed'],
  )
  assert.equal(bodies[1].agent_id, 4)
})

test('a webhook made by the API fires once it has notifications, and signs by its certificate', async (t) => {
  const { halo, api, came, url, requests, public_key } = await start(t, { guide: 'nothing' })
  const [row] = await api('GET', '/Certificate')
  const webhook = await api('POST', '/Webhook', {
    ...{ name: 'Made by API', url, authentication_type: 2, certificate_id: row.id },
    events: [{ eventno: 3 }],
  })
  halo.add_ticket() // nothing: the events of the POST are not looked at
  await api('POST', '/Notification', { webhook_id: webhook.id, eventno: 3, name: 'New', conditions: [] })
  const { id } = halo.add_ticket()
  const [body] = await came(1)
  assert.deepEqual([body.object_id, body.webhook_id], [id, webhook.id])
  assert.ok(
    verify('sha256', requests[0].body, public_key, Buffer.from(requests[0].headers['x-signature'], 'base64')),
  )
  const shown = await api('GET', `/Webhook/${webhook.id}?includedetails=true`)
  assert.deepEqual([shown.certificate_name, shown.events.length, shown.last_status], ['Mizo', 1, 200])
})

test('HMAC and Basic sign by the webhook’s own secrets, which are never read back', async (t) => {
  const { halo, api, came, requests, id } = await start(t)
  await api('POST', '/Webhook', {
    id,
    authentication_type: 3,
    hmac_key: 'secret',
    authentication_header: 'X-Own',
  })
  halo.add_ticket()
  await came(1)
  const expected = createHmac('sha256', 'secret').update(requests[0].body).digest('base64')
  assert.equal(requests[0].headers['x-own'], expected)
  await api('POST', '/Webhook', { id, authentication_type: 1, basic_username: 'u', basic_password: 'p' })
  halo.add_ticket()
  await came(2)
  assert.equal(requests[1].headers.authorization, `Basic ${Buffer.from('u:p').toString('base64')}`)
  const shown = await api('GET', `/Webhook/${id}`)
  assert.deepEqual([shown.hmac_key, shown.basic_password], [undefined, undefined])
})

test('payload types and batches are the webhook’s choice', async (t) => {
  const { halo, api, came, id } = await start(t)
  await api('POST', '/Webhook', { id, payload_type: 2 })
  halo.add_ticket()
  assert.equal('ticket' in (await came(1))[0], false)
  await api('POST', '/Webhook', { id, payload_type: 3 })
  const custom = halo.add_ticket()
  assert.equal((await came(2))[1].data.ticket.id, custom.id)
  await api('POST', '/Webhook', { id, batch_method: 1, batch_limit: 2, batch_delay_seconds: 60 })
  halo.add_ticket()
  halo.add_ticket()
  assert.equal((await came(3))[2].length, 2)
})

test('a webhook may go by GET, without a body, or not reach the relay at all', async (t) => {
  const { halo, requests } = await start(t, { webhook: { method: 1, retry: { attempts_max: 1 } } })
  halo.add_ticket()
  await until(() => halo.deliveries().length === 1, { what: 'the GET' })
  assert.deepEqual([requests[0].method, requests[0].body.length], ['GET', 0])
  halo.set_webhook({ method: 0 })
  halo.behave({ reaches_relay: 'no' })
  halo.add_ticket()
  await until(() => halo.deliveries().length === 2, { what: 'the failure' })
  assert.match(halo.deliveries()[1].error, /Unable to connect/)
  halo.behave({ reaches_relay: 'yes' })
  halo.add_ticket()
  await until(() => requests.length === 2, { what: 'the POST' })
})

test('the log shows each try, the newest first, and its bodies only with details', async (t) => {
  const answer = (number) => ({ status: number === 1 ? 503 : 200, body: 'taken' })
  const { halo, api, came, id } = await start(t, {
    receiver: { answer },
    webhook: { retry: { interval_ms: 5 } },
  })
  const ticket = halo.add_ticket()
  await came(2)
  await until(() => halo.deliveries().length === 2)
  const query = `webhook_id=${id}&pageinate=true&page_size=50&page_no=1&order=timestamp&orderdesc=true`
  const { record_count, events } = await api('GET', `/WebhookEvent?${query}`)
  assert.deepEqual([record_count, events.map((row) => row.responsestatus)], [2, [200, 503]])
  assert.deepEqual([events[0].entity_id, 'requestbody' in events[0]], [ticket.id, false])
  const path = `/WebhookEvent/${events[0].id}?includedetails=true`
  const detail = await api('GET', path)
  assert.equal(JSON.parse(detail.requestbody).object_id, ticket.id)
  assert.match(detail.requestheaders, /^X-Signature: .+\r\n$/)
  halo.behave({ event_headers: 'json' })
  assert.ok(JSON.parse((await api('GET', path)).requestheaders)['X-Signature'])
  await api('POST', '/Webhook', { id, lightweight_logs: true })
  assert.equal('requestbody' in (await api('GET', path)), false)
})

test('the log is kept for thirty days', async (t) => {
  const { halo, api, came } = await start(t, { behaviour: { token_life_s: 40 * 86_400 } })
  halo.add_ticket()
  await came(1)
  await until(() => halo.deliveries().length === 1)
  const count = async () => (await api('GET', '/WebhookEvent')).record_count
  halo.advance(30 * 86_400_000 - 60_000)
  assert.equal(await count(), 1)
  halo.advance(60_000)
  assert.equal(await count(), 0)
})

test('a webhook that fails too often is disabled, and fires no more until it is enabled', async (t) => {
  const answer = (number) => ({ status: number > 2 ? 200 : 500 })
  const { halo, api, came, id, requests } = await start(t, {
    receiver: { answer },
    webhook: { retry: { attempts_max: 1 } },
  })
  halo.add_ticket()
  await came(1)
  await api('POST', '/Webhook', { id, auto_disable_attempts: 2 })
  halo.add_ticket()
  await came(2)
  const disabled = async () => (await api('GET', `/Webhook/${id}`)).disabled
  await until(disabled, { what: 'the webhook is disabled' })
  assert.match((await api('GET', `/Webhook/${id}`)).last_auto_disable_date, /^20/)
  halo.add_ticket()
  await api('POST', '/Webhook', { id, disabled: false })
  const { id: ticket } = halo.add_ticket()
  const bodies = await came(3)
  assert.deepEqual([bodies[2].object_id, requests.length], [ticket, 3])
})
