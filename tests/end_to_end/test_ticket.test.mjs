// The test ticket: made over HaloPSA's API, followed to Mizo, and removed again.
import assert from 'node:assert/strict'
import { it } from 'node:test'
import { EventStream } from './support/event_stream.mjs'
import { World } from './support/world.mjs'

const HALO = { guide: 'done', rights: 'admin' }

async function run(world, order = {}) {
  const begun = await world.admin.post('/test-ticket', order)
  assert.equal(begun.state, 'running')
  return finished(world)
}

const finished = (world) =>
  world.admin_until(
    async () => {
      const ticket = await world.admin.get('/test-ticket')
      return ticket.state !== 'running' && ticket
    },
    { what: 'the test ticket is at its end', timeout_ms: 60_000 },
  )

const results = ({ stages }) => Object.fromEntries(stages.map(({ stage, result }) => [stage, result]))

it('a ticket travels from HaloPSA to Mizo and back, with the time at each stage, and is removed', () =>
  World.within({ halo: HALO, cloud: { assistant: true } }, async (world) => {
    const headers = { authorization: `Bearer ${world.daemon.admin_key}` }
    const stream = await EventStream.open(world.daemon, '/stream?topics=test_ticket', headers)
    const ticket = await run(world, { ticket_type: 25 })
    assert.equal(ticket.state, 'passed')
    assert.deepEqual(results(ticket), {
      created: 'ok',
      received: 'ok',
      stored: 'ok',
      sent: 'ok',
      acked: 'ok',
      insight: 'ok',
      cleaned_up: 'ok',
    })
    const times = ticket.stages.map(({ at }) => at)
    assert.deepEqual(times, [...times].sort(), 'each stage is after the one before')
    assert.ok(ticket.total_ms > 0 && ticket.total_ms < 10_000)
    assert.equal(world.halo.instance.tickets.get(ticket.ticket), undefined)
    const created = world.frames().filter(({ event }) => event.type.endsWith('.created'))
    assert.deepEqual(
      created.map(({ event }) => event.subject),
      [`ticket/${ticket.ticket}`],
    )
    const [asked] = world.halo.api_calls('POST /api/Tickets')
    assert.equal(asked.status, 201)
    world.assert_contract_kept()
    assert.ok(stream.messages.filter(({ event }) => event === 'test_ticket').length >= 3)
    stream.request.destroy()
  }))

it('a second one waits for the first; a type out of scope hangs before the link, and says so', () =>
  World.within({ halo: HALO }, async (world) => {
    await world.admin.patch('/settings', { 'scope.ticket_types': [999] })
    await world.admin.post('/test-ticket', { clean_up: false })
    await assert.rejects(world.admin.post('/test-ticket'), { code: 'test_ticket_running' })
    const ticket = await finished(world)
    assert.equal(ticket.state, 'failed')
    const sent = ticket.stages.find(({ stage }) => stage === 'sent')
    const said = [sent.ok, sent.code, sent.advice.code]
    assert.deepEqual(said, [false, 'ticket_unscoped', 'advice_ticket_scope'])
    assert.ok(world.halo.instance.tickets.get(ticket.ticket), 'it was to be left')
  }))

it('without the right to make tickets it ends at once, with what to do', () =>
  World.within({ halo: HALO }, async (world) => {
    world.halo.guide.application.rights.Tickets = 'read'
    const ticket = await run(world)
    assert.deepEqual(results(ticket).created, 'failed')
    assert.equal(ticket.stages[0].advice.code, 'advice_ticket_rights')
  }))

it('a restart in between says that it was interrupted, and what is left in HaloPSA', () =>
  World.within({ halo: HALO }, async (world) => {
    world.halo.guide.undo('webhook')
    await world.admin.post('/test-ticket')
    const { ticket } = await world.admin_until(async () => {
      const shown = await world.admin.get('/test-ticket')
      return shown.ticket && shown
    })
    await world.daemon.stop()
    await world.daemon.restart()
    const shown = await world.admin.get('/test-ticket')
    assert.deepEqual([shown.state, shown.ticket], ['interrupted', ticket])
    assert.equal(shown.stages[1].code, 'ticket_interrupted')
    assert.equal(shown.stages[1].advice.code, 'advice_ticket_remove')
  }))
