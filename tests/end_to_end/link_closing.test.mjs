// The link comes back from each way of ending as the table of close codes says.
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { comes_back, retry, sessions_of } from './support/link_steps.mjs'
import { World } from './support/world.mjs'

const MINUTE = 60_000
const next_attempt_in = (link) => new Date(link.next_attempt_at) - Date.now()

// What the table of close codes says: `back`: by itself, within so many ms; else how long it waits, and the
// alert.
const CLOSE_CODES = [
  { code: 1000, message: 'link_closed', back: 1_500 },
  { code: 1001, message: 'link_closed', back: 1_500 },
  { code: 4001, message: 'link_draining', back: 1_500 },
  { code: 4002, message: 'link_heartbeat_lost', back: 4_000 },
  { code: 4003, message: 'link_protocol_error', back: 4_000 },
  { code: 4503, message: 'link_overloaded', back: 6_000, retry_ms: 1_200 },
  { code: 4999, message: 'link_closed', back: 4_000 },
  { code: 4401, message: 'link_key_refused', waits: [MINUTE, 10 * MINUTE], alert: 'link_key_refused' },
  { code: 4403, message: 'link_disabled', waits: [MINUTE, 10 * MINUTE], alert: 'link_disabled' },
  {
    code: 4426,
    message: 'link_version_refused',
    waits: [59 * MINUTE, 60 * MINUTE],
    alert: 'link_version_refused',
  },
  { code: 4409, message: 'link_superseded', stops: true, alert: 'link_superseded' },
  { code: 4410, message: 'link_identity_conflict', stops: true, alert: 'link_identity_conflict' },
]

describe('the table of close codes', { concurrency: 4 }, () => {
  for (const { code, message, back, retry_ms, waits, stops, alert } of CLOSE_CODES) {
    const does = back ? 'comes back by itself' : stops ? 'stops, with an alert' : 'waits long, with an alert'
    it(`${code}: ${does}`, () =>
      World.within({}, async (world) => {
        const earlier = sessions_of(world)
        const from = performance.now()
        world.cloud.fault({ fault: 'close', code, text: 'as the test wants', retry_ms })
        if (back) {
          await comes_back(world, earlier, back)
          assert.ok(performance.now() - from >= (retry_ms ?? 0), 'not before retry_ms')
        } else {
          const wanted = stops ? 'stopped' : 'backing_off'
          const link = await world.link_is(({ state }) => state === wanted)
          assert.equal(link.last_error.code, message)
          assert.ok(link.advice, 'there is advice')
          if (stops) assert.equal(link.next_attempt_at, null)
          else assert.ok(next_attempt_in(link) > waits[0] - 3000 && next_attempt_in(link) <= waits[1])
          await world.alert(alert)
          const strip = (await world.admin.get('/status')).strip.find(({ stage }) => stage === 'link')
          assert.equal(strip.ok, false)
          await retry(world)
          await world.alert(alert, { on: false })
        }
        const [last] = (await world.admin.get('/link')).disconnects
        assert.deepEqual([last.close_code, last.code], [code, message])
        assert.equal((await world.send({ kind: 'created' })).responsestatus, 200)
        await world.drained()
        world.assert_contract_kept()
      }))
  }

  it('4009: the event that was too large becomes a dead letter, and the others go on', () =>
    World.within({}, async (world) => {
      world.cloud.live_session().limits.max_message = 60_000 // less than its welcome said
      const big = await world.send({ kind: 'created', payload: 'full' })
      await world.send({ kind: 'changed' })
      await world.drained()
      const detail = await world.admin.get(`/deliveries/${JSON.parse(big.responsebody).delivery}`)
      assert.equal(detail.state, 'dead')
      assert.equal(world.cloud.events().unique, 1)
      await world.alert('mizo_dead_letters')
      assert.deepEqual([...new Set(world.cloud.violations().map(({ kind }) => kind))], ['too_large'])
    }))
})
