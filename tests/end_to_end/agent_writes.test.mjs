// What Mizo writes through the relay: no more than the admin allows, and once, whatever HaloPSA's clock says.
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { AUTOMATION, in_world, note, request } from './support/agent_calls.mjs'

describe('what an action carries beside its note', { concurrency: 3 }, () => {
  const rest = { ...AUTOMATION, 'automation.triage': 'off' }

  it('changes nothing of the ticket while automation.triage is off, however it is written', () =>
    in_world(
      async (world) => {
        const ticket = world.halo.add_ticket({ priority_id: 3 })
        const { id } = world.halo.add_action(ticket.id, { note: 'By a technician' })
        for (const more of [
          { customfields: [{ id: 100, value: 'written' }] },
          { CustomFields: [{ name: 'CFfield0', value: 'written' }] },
          { new_priority: 1 },
          { priority_id: 1 },
          { what_nobody_knows: 1 },
          { id, note: 'By nobody' },
        ]) {
          const { error } = await request(world, 'POST', 'Actions', { body: note(ticket, more) })
          assert.equal(error?.code, 'denied', JSON.stringify(more))
          assert.match(error.text, /automation\.triage/)
        }
        assert.deepEqual(world.halo.api_calls('POST /api/Actions'), [])
        const plain = note(ticket, { timetaken: 0.25, hiddenfromuser: true, customfields: [] })
        assert.equal((await request(world, 'POST', 'Actions', { body: plain })).status, 201)
        world.assert_contract_kept()
      },
      { settings: rest },
    ))

  it('goes to HaloPSA once the admin has switched it on', () =>
    in_world(async (world) => {
      const ticket = world.halo.add_ticket()
      const customfields = [{ id: 100, value: 'written' }]
      const { status } = await request(world, 'POST', 'Actions', { body: note(ticket, { customfields }) })
      assert.equal(status, 201)
      const [call] = world.halo.api_calls('POST /api/Actions')
      assert.deepEqual(JSON.parse(call.body)[0].customfields, customfields)
    }))
})

const HALF_AN_HOUR = 30 * 60_000

// A note whose answer is lost: HaloPSA has it, or has it not.
async function lose_a_note(world, ticket, done) {
  world.halo.fault({ on: 'POST /api/Actions', kind: 'hang', times: 1, done })
  const order = { body: note(ticket), deadline_ms: 4_000, idempotency_key: `note-${ticket.id}` }
  return { order, answer: await request(world, 'POST', 'Actions', order) }
}

describe('a note whose answer is lost', { concurrency: 2, timeout: 120_000 }, () => {
  for (const [word, off] of [
    ['behind', -HALF_AN_HOUR],
    ['ahead', HALF_AN_HOUR],
  ]) {
    it(`is found again though HaloPSA’s clock is half an hour ${word}, and is written once`, () =>
      in_world(async (world) => {
        world.halo.advance(off)
        const ticket = world.halo.add_ticket()
        const { order, answer } = await lose_a_note(world, ticket, true)
        assert.equal(answer.headers?.['mizo-read-back'], 'found', JSON.stringify(answer.error))
        await request(world, 'POST', 'Actions', order)
        assert.equal(world.halo.instance.actions_of(ticket.id).length, 1)
      }))

    it(`and never came is not mistaken for one of before, with a clock half an hour ${word}`, () =>
      in_world(async (world) => {
        world.halo.advance(off - 25 * 60 * 60_000)
        const ticket = world.halo.add_ticket()
        await request(world, 'POST', 'Actions', { body: note(ticket) }) // the same words, a day before
        world.halo.advance(25 * 60 * 60_000)
        const { order, answer } = await lose_a_note(world, ticket, false)
        assert.match(answer.error.text, /not done/)
        assert.equal((await request(world, 'POST', 'Actions', order)).status, 201)
        assert.equal(world.halo.instance.actions_of(ticket.id).length, 2)
      }))
  }

  it('is not written again where HaloPSA stamps it with a clock that nothing tells of', () =>
    in_world(async (world) => {
      world.halo.behave({ web_clock: 'own' })
      world.halo.advance(-HALF_AN_HOUR)
      const ticket = world.halo.add_ticket()
      const { order, answer } = await lose_a_note(world, ticket, true)
      assert.equal(answer.error?.code, 'timeout')
      assert.match(answer.error.text, /not known/)
      const again = await request(world, 'POST', 'Actions', order)
      assert.match(again.error?.text ?? '', /not tried again/)
      assert.equal(world.halo.instance.actions_of(ticket.id).length, 1)
      world.assert_contract_kept()
    }))
})
