// The admin's test ticket: a real one, made in the practice HaloPSA by the daemon, and followed to Mizo.
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { World } from './support/world.mjs'

const HALO = { guide: 'done' }

// Runs it to its end; gives the view.
async function follow(world, wish = {}) {
  await world.admin.post('/test-ticket', wish)
  const ended = async () => {
    const view = await world.admin.get('/test-ticket')
    return view.state !== 'running' && view
  }
  return world.admin_until(ended, { what: 'the test ticket has ended', timeout_ms: 60_000 })
}

const results = ({ stages }) => Object.fromEntries(stages.map(({ stage, result }) => [stage, result]))

describe('the test ticket', () => {
  it('travels from HaloPSA to Mizo, seen at each stage', async () => {
    await World.within({ halo: HALO }, async (world) => {
      await world.admin.post('/test-ticket', { ticket_type: 25 })
      const at_mizo = async () => {
        const view = await world.admin.get('/test-ticket')
        return results(view).acked === 'ok' && view
      }
      const view = await world.admin_until(at_mizo, { what: 'the test ticket is at Mizo' })
      for (const stage of ['created', 'received', 'stored', 'sent']) assert.equal(results(view)[stage], 'ok')
      assert.equal(world.halo.instance.tickets.get(view.ticket).tickettype_id, 25)
      const own = world.frames().filter(({ event }) => event.subject === `ticket/${view.ticket}`)
      assert.equal(own.filter(({ event }) => event.type === 'com.halopsa.ticket.created').length, 1)
      world.assert_contract_kept()
    })
  })

  it('says where it stopped where HaloPSA may not make tickets', async () => {
    await World.within({ halo: HALO, cloud: null }, async (world) => {
      world.halo.guide.application.rights.Tickets = 'read'
      const view = await follow(world)
      assert.deepEqual([view.state, view.ticket], ['failed', null])
      assert.equal(results(view).created, 'failed')
      assert.equal(results(view).received, 'skipped')
      assert.equal(world.halo.instance.tickets.all().length, 0)
    })
  })

  it('says that the webhook was refused where HaloPSA does not sign it', async () => {
    await World.within({ halo: HALO, cloud: null }, async (world) => {
      world.halo.set_webhook({ signing: { mode: 'none' } })
      const view = await follow(world)
      assert.equal(view.state, 'failed')
      assert.equal(results(view).created, 'ok')
      assert.equal(results(view).received, 'failed')
    })
  })
})
