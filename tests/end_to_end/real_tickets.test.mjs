// Real tickets of the practice HaloPSA, on their way through the webhook that the setup guide makes.
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { until } from '../practice/support/until.mjs'
import { World } from './support/world.mjs'

describe('tickets of a HaloPSA with the guide done', () => {
  let world
  before(async () => {
    world = await World.start({ halo: { guide: 'done' }, cloud: { assistant: true } })
  })
  after(() => world?.close())

  const arrived = (ticket, count) => {
    const own = () => world.frames().filter(({ event }) => event.subject === `ticket/${ticket}`)
    return until(() => own().length >= count && own(), { what: `${count} events of ticket ${ticket}` })
  }
  const types = (frames) => frames.map(({ event }) => event.type.replace('com.halopsa.ticket.', ''))

  it('reach Mizo when they are made and worked on, in order and each once', async () => {
    const { halo } = world
    const { id } = halo.add_ticket({ summary: 'The scanner hums', tickettype_id: 25 })
    halo.change_ticket(id, { client_id: 18 })
    halo.add_action(id, { outcome: 'Email User', note: 'Which one?', new_status: 4 })
    const frames = await arrived(id, 4)
    assert.deepEqual(types(frames), ['created', 'changed', 'action_added', 'status_changed'])
    const { ticket } = JSON.parse(Buffer.from(frames[0].event.data_base64, 'base64'))
    assert.equal(ticket.summary, 'The scanner hums')
    assert.ok(halo.deliveries().every(({ responsestatus }) => responsestatus === 200))
    world.assert_contract_kept()
  })

  it('are read by Mizo through the relay, and resolved once the admin lets it', async () => {
    const { halo, cloud, admin } = world
    const { id } = halo.add_ticket({ tickettype_id: 25 })
    const answered = (count) => {
      const own = () => cloud.assistant.answers.filter(({ ticket_id }) => ticket_id === id)
      return until(() => own().length >= count && own(), { what: `${count} answers about ticket ${id}` })
    }
    assert.deepEqual((await answered(1))[0], { what: 'read', ticket_id: id, status: 200 })

    cloud.assistant.resolve(id)
    assert.equal((await answered(3))[2].error, 'denied')
    assert.equal(halo.instance.actions_of(id).length, 0)

    await admin.patch('/settings', { 'automation.resolve': true })
    cloud.assistant.resolve(id)
    assert.deepEqual((await answered(5))[4], { what: 'resolved', ticket_id: id, status: 201 })
    const [action] = halo.instance.actions_of(id)
    assert.deepEqual(
      [action.outcome, action.who, action.hiddenfromuser],
      ['Mizo resolve', 'Mizo Agent', true],
    )
    assert.equal(halo.instance.tickets.get(id).hasbeenclosed, true)
    assert.deepEqual(types(await arrived(id, 2)), ['created', 'status_changed'])
    world.assert_contract_kept()
  })

  it('reach Mizo though HaloPSA was told of an outage at first', async () => {
    const { halo } = world
    halo.set_webhook({ retry: { interval_ms: 20 } })
    await world.daemon.kill()
    const { id } = halo.add_ticket()
    await until(() =>
      halo.deliveries().some(({ entity_id, status }) => entity_id === id && status === 'failed'),
    )
    await world.daemon.restart()
    assert.equal((await arrived(id, 1)).length, 1)
  })
})
