// Which ticket types reach Mizo: what is out of scope is stored and shown, and what nobody can tell the type
// of is relayed, since it might be in scope.
import assert from 'node:assert/strict'
import { after, before, beforeEach, describe, it } from 'node:test'
import { until } from '../practice/support/until.mjs'
import { World } from './support/world.mjs'

const EVENT_ONLY = 2 // a payload without any ticket
const SMALL = 0

describe('with ticket types chosen', { timeout: 120_000 }, () => {
  let world
  before(async () => {
    world = await World.start({ halo: { guide: 'done' }, settings: { 'poll.enabled': 'off' } })
    await world.admin.patch('/settings', { 'scope.ticket_types': ['1', '3'] })
  })
  after(() => world?.close())
  beforeEach(() => payload(SMALL))

  const payload = (payload_type) => world.halo.set_webhook({ payload_type })
  const events_of = async ({ id }) => (await world.admin.get(`/events?ticket=${id}`)).items
  const states_of = async (ticket) => (await events_of(ticket)).map(({ state }) => state).reverse()

  // Waits until so many events of the ticket are here, and until Mizo has what is to be relayed.
  async function stored(ticket, count) {
    await until(async () => (await events_of(ticket)).length === count, { what: `${count} events are here` })
    await world.drained()
  }
  const at_mizo = ({ id }) => world.frames().filter(({ event }) => event.subject === `ticket/${id}`).length

  it('a type that was never seen before is judged by its number', async () => {
    const wanted = world.halo.add_ticket({ tickettype_id: 3 })
    const other = world.halo.add_ticket({ tickettype_id: 77 })
    await stored(wanted, 1)
    await stored(other, 1)
    assert.deepEqual([await states_of(wanted), at_mizo(wanted)], [['acked'], 1])
    assert.deepEqual([await states_of(other), at_mizo(other)], [['unscoped'], 0])
  })

  it('a ticket is relayed while nothing tells its type, and shown as such', async () => {
    payload(EVENT_ONLY)
    const ticket = world.halo.add_ticket({ tickettype_id: 25 })
    await stored(ticket, 1)
    assert.deepEqual([await states_of(ticket), at_mizo(ticket)], [['acked'], 1])
    const [event] = await events_of(ticket)
    const { seq } = await world.admin.get(`/events/${event.id}`)
    assert.ok(seq > 0)
  })

  it('once a webhook has told the type, those that do not are judged by it, over a restart too', async () => {
    const ticket = world.halo.add_ticket({ tickettype_id: 25 })
    await stored(ticket, 1)
    payload(EVENT_ONLY)
    world.halo.add_action(ticket.id)
    await stored(ticket, 2)
    await world.daemon.stop()
    await world.daemon.restart()
    world.halo.add_action(ticket.id)
    await stored(ticket, 3)
    assert.deepEqual([await states_of(ticket), at_mizo(ticket)], [Array(3).fill('unscoped'), 0])
  })

  it('a ticket that comes into scope is relayed from the event on that tells so', async () => {
    const ticket = world.halo.add_ticket({ tickettype_id: 25 })
    await stored(ticket, 1)
    world.halo.change_ticket(ticket.id, { tickettype_id: 1, client_id: 18 })
    await stored(ticket, 2)
    payload(EVENT_ONLY)
    world.halo.add_action(ticket.id)
    await stored(ticket, 3)
    assert.deepEqual(await states_of(ticket), ['unscoped', 'acked', 'acked'])
  })

  it('Mizo is told of the choice, of the types to assign and of the automation', async () => {
    const told = () => world.cloud.live_session().last_status?.settings
    const assignable = async (types) => {
      await world.admin.patch('/settings', { 'scope.assignable_types': types, 'automation.triage': 'on' })
      const has = () => JSON.stringify(told()?.scope.assignable_types) === JSON.stringify(types.map(Number))
      await until(has, { what: `Mizo knows that ${types} are assignable`, timeout_ms: 30_000 })
    }
    await assignable(['3', '25'])
    assert.deepEqual(told().scope.ticket_types, [1, 3])
    const { triage, resolve } = told().automation
    assert.deepEqual([triage, resolve], [true, false])
    await assignable(['1'])
    world.assert_contract_kept()
  })
})
