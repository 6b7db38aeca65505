// What the practice cloud does with a new ticket where it plays Mizo.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { start_cloud } from '../support/test_cloud.mjs'
import { connect_live, make_event } from '../support/test_relay.mjs'

const body = JSON.stringify({
  event: 'new ticket logged',
  object_id: 7,
  ticket: { id: 7, summary: 'It hums' },
})

async function start(t, caps) {
  const { cloud, identity } = await start_cloud(t, { assistant: true })
  const relay = await connect_live(identity, { hello: { caps } })
  relay.send(make_event(identity, 1, { body, subject: 'ticket/7' }))
  return { cloud, relay }
}

test('a new ticket is read through the relay, and what Mizo thinks of it is told twice', async (t) => {
  const { cloud, relay } = await start(t, ['request', 'insight'])
  const first = await relay.frame('insight')
  assert.deepEqual([first.ticket_id, first.revision, first.title], [7, 1, 'It hums'])
  const request = await relay.frame('request')
  assert.deepEqual([request.method, request.path], ['GET', 'Tickets/7'])
  const ticket = { id: 7, summary: 'It hums loudly', details: 'Since noon' }
  relay.send({ t: 'response', rid: request.rid, status: 200, headers: {}, body: ticket })
  const second = await relay.frame('insight', ({ revision }) => revision === 2)
  assert.deepEqual([second.title, second.sections[0].markdown], ['It hums loudly', 'Since noon'])
  assert.deepEqual(cloud.assistant.answers, [{ what: 'read', ticket_id: 7, status: 200 }])
  assert.deepEqual(cloud.violations(), [])
})

test('a ticket that may not be read keeps its first insight', async (t) => {
  const { cloud, relay } = await start(t, ['request', 'insight'])
  const { rid } = await relay.frame('request')
  relay.send({ t: 'response', rid, error: { code: 'denied', text: 'not on the list' } })
  relay.send({ t: 'ping', n: 1, at: new Date().toISOString() })
  await relay.frame('pong')
  assert.equal(relay.all('insight').length, 1)
  assert.deepEqual(cloud.assistant.answers, [{ what: 'read', ticket_id: 7, error: 'denied' }])
})

test('the button resolves the ticket, with a status that closes it, and a key against repeats', async (t) => {
  const { relay } = await start(t, ['insight'])
  const [action] = (await relay.frame('insight')).actions
  const rid = '5d8f2c1a-6b7e-4d3c-9f0a-1b2c3d4e5f60'
  relay.send({ t: 'tab_action', rid, ticket_id: 7, agent_id: 3, action_id: action.id })
  assert.equal((await relay.frame('done')).ok, true)
  const asked = await relay.frame('request', ({ path }) => path === 'Status')
  const statuses = ['New', 'Open', 'Closed'].map((name, at) => ({ id: 7 + at, name }))
  relay.send({ t: 'response', rid: asked.rid, status: 200, headers: {}, body: statuses })
  const resolve = await relay.frame('request', ({ path }) => path === 'Actions')
  const [sent] = resolve.body
  assert.deepEqual([sent.outcome, sent.new_status, sent.hiddenfromuser], ['Mizo resolve', 9, true])
  assert.equal(resolve.idempotency_key, 'resolve-7')
})

test('a relay that serves neither gets neither', async (t) => {
  const { relay } = await start(t, [])
  await relay.acked(1)
  assert.deepEqual([relay.all('insight'), relay.all('request')], [[], []])
})
