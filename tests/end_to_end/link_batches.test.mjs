// Where a box in between strips the WebSocket upgrade, the link goes by HTTPS batches: the whole way, both
// directions, restarts of either end, and back to the WebSocket once it passes.
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { describe, it } from 'node:test'
import { until } from '../practice/support/until.mjs'
import { on_batches, within_box } from './support/box.mjs'
import { comes_back, sessions_of } from './support/link_steps.mjs'
import { upgrade_kinds } from './support/proxy.mjs'
import { World } from './support/world.mjs'

const MINUTE = 60_000
const PROMPT_MS = 2_000 // far below the 25 s that a request may wait
const transports = (world) => world.cloud.live_sessions().map(({ transport }) => transport)
const step_of = ({ steps }, name) => steps.find(({ step }) => step === name)

const frames_of = (world, t) =>
  world.cloud.recorder
    .last_frames(500)
    .map(({ direction, text }) => ({ direction, text }))
    .filter(({ direction, text }) => direction === 'R→C' && text.startsWith(`{"t":"${t}"`))
    .map(({ text }) => JSON.parse(text))

describe('a box that knows no WebSocket', { concurrency: 2 }, () => {
  for (const upgrade of upgrade_kinds) {
    it(`${upgrade}: after two upgrades the whole way works by batches`, () =>
      within_box({ upgrade }, async (world, box) => {
        const link = await on_batches(world)
        assert.equal(box.requests.filter((line) => line.startsWith('UPGRADE')).length, 2)
        assert.ok(Date.parse(link.websocket_retry_at) - Date.now() > 9 * MINUTE)
        assert.ok(Date.parse(link.websocket_retry_at) - Date.now() <= 10 * MINUTE)
        await world.settled(world.halo.send({ count: 20 }))
        assert.equal(world.cloud.events().unique, 20)
        const { strip } = await world.admin.get('/status')
        assert.equal(strip.find(({ stage }) => stage === 'link').ok, true)
        world.assert_contract_kept()
      }))
  }

  it('the admin is told, and the link test says that batches carry on', () =>
    within_box({ upgrade: 'strip' }, async (world) => {
      const link = await on_batches(world)
      await world.link_is(({ round_trip_ms }) => round_trip_ms !== null)
      assert.equal(link.note.code, 'link_by_batches')
      assert.equal(link.advice.code, 'advice_websocket')
      const test = await world.admin.post('/link/test', {})
      const upgrade = step_of(test, 'upgrade')
      assert.deepEqual([test.ok, upgrade.result, upgrade.code], [true, 'warning', 'test_upgrade_stripped'])
      assert.equal(upgrade.advice.code, 'advice_websocket')
      assert.equal(step_of(test, 'ack').result, 'ok')
      assert.equal((await world.admin.get('/link')).state, 'live')
    }))
})

describe('by batches', { concurrency: 2 }, () => {
  it('what the cloud asks comes down at once, and the answer goes up at once', () =>
    within_box({}, async (world) => {
      await on_batches(world)
      await until(() => world.cloud.batches.requests >= 3, { what: 'a request waits' })
      for (let i = 0; i < 3; i += 1) {
        const rid = randomUUID()
        const from = performance.now()
        world.cloud.send({ t: 'request', rid, deadline_ms: 5000, method: 'GET', path: 'Tickets/1' })
        const answered = () => frames_of(world, 'response').some((frame) => frame.rid === rid)
        await until(answered, { what: 'a response', timeout_ms: PROMPT_MS })
        assert.ok(performance.now() - from < PROMPT_MS)
      }
      world.assert_contract_kept()
    }))

  it('an event reaches the cloud at once, while a request waits', () =>
    within_box({}, async (world) => {
      await on_batches(world)
      for (let i = 1; i <= 5; i += 1) {
        await world.send({ kind: 'created' })
        await until(() => world.cloud.events().unique === i, { what: 'the event', timeout_ms: PROMPT_MS })
      }
      world.assert_contract_kept()
    }))

  it('a cloud that answers only at the end of each request is as good', () =>
    within_box({}, async (world) => {
      await on_batches(world)
      world.cloud.fault({ fault: 'batches', whole: true, wait_ms: 300 })
      await world.settled(world.halo.send({ count: 30 }))
      assert.equal(world.cloud.events().unique, 30)
      world.assert_contract_kept()
    }))

  it('a backlog larger than the window drains, in order, each event once', () =>
    within_box({ cloud: { limits: { window: { events: 16, bytes: 200_000 } } } }, async (world) => {
      await on_batches(world)
      world.cloud.fault({ fault: 'stop_acking' })
      await Promise.all(world.halo.send({ count: 200 }).map(({ settled }) => settled))
      world.cloud.fault({ fault: 'clear' })
      await world.drained(30_000)
      assert.equal(world.cloud.events().unique, 200)
      assert.ok(world.cloud.events().items.every(({ duplicate }) => !duplicate))
      world.assert_contract_kept()
    }))

  it('nacks, a rewind and a smaller window do what they do over the WebSocket', () =>
    within_box({}, async (world) => {
      await on_batches(world)
      world.cloud.fault({ fault: 'nack', every: 7, times: 3, retry_ms: 50 })
      await world.settled(world.halo.send({ count: 20 }))
      world.cloud.fault({ fault: 'rewind', from_seq: 5 })
      world.cloud.fault({ fault: 'window', events: 2 })
      await world.settled(world.halo.send({ count: 5 }))
      assert.equal(world.cloud.events().unique, 25)
      assert.ok(world.cloud.events().total > 25, 'the rewound ones came again')
      world.assert_contract_kept()
    }))

  for (const [code, back] of [
    [1001, true],
    [4503, true],
    [4401, false],
    [4409, false],
  ]) {
    it(`the cloud's bye ${code} does what the table of close codes says`, () =>
      within_box({}, async (world) => {
        await on_batches(world)
        const earlier = sessions_of(world)
        world.cloud.fault({ fault: 'close', code, text: 'as the test wants', retry_ms: 300 })
        if (back) await comes_back(world, earlier)
        else await world.link_is(({ state }) => state === (code === 4409 ? 'stopped' : 'backing_off'))
        const [last] = (await world.admin.get('/link')).disconnects
        assert.equal(last.close_code, code)
      }))
  }

  it('a refusal by status is the close code that it stands for', () =>
    within_box({}, async (world) => {
      await on_batches(world)
      world.cloud.fault({ fault: 'refuse_batch', status: 403 })
      world.cloud.fault({ fault: 'close', code: 1001 })
      await world.alert('link_disabled')
      assert.equal((await world.admin.get('/link')).disconnects[0].close_code, 4403)
    }))

  it('goes on after the box, the cloud, or the relay was restarted', () =>
    within_box({}, async (world, box) => {
      await on_batches(world)
      await world.settled(world.halo.send({ count: 5 }))
      let earlier = sessions_of(world)
      box.cut()
      await comes_back(world, earlier)
      await world.settled(world.halo.send({ count: 5 }))
      await world.cloud.close()
      const while_down = await world.send({ kind: 'created' })
      assert.equal(while_down.responsestatus, 200)
      await world.start_cloud()
      await comes_back(world, [], 60_000)
      await world.drained(30_000)
      earlier = sessions_of(world)
      const { code } = await world.daemon.stop()
      assert.equal(code, 0)
      assert.ok(world.cloud.disconnects.at(-1), 'the relay said bye')
      await world.daemon.restart()
      await on_batches(world)
      await world.settled(world.halo.send({ count: 5 }))
      assert.equal(world.cloud.events().unique, 16)
      world.assert_contract_kept()
    }))

  it('goes back to the WebSocket when it passes again: nothing is lost or sent twice on the way', () =>
    within_box({}, async (world, box) => {
      await on_batches(world)
      await world.settled(world.halo.send({ count: 3 }))
      // "Retry now" tries the WebSocket beside the batches, which go on where it still fails.
      await world.admin.post('/link/retry')
      await until(() => box.requests.filter((line) => line.startsWith('UPGRADE')).length === 3)
      await on_batches(world)
      assert.deepEqual(transports(world), ['batches'])
      box.upgrade = null
      const sending = world.halo.send({ count: 40 })
      await world.admin.post('/link/retry')
      const link = await world.link_is(({ transport }) => transport === 'websocket')
      assert.deepEqual([link.state, link.websocket_retry_at, link.note], ['live', null, null])
      await world.settled(sending)
      assert.deepEqual(transports(world), ['websocket'])
      assert.equal(world.cloud.events().unique, 43)
      assert.deepEqual(link.disconnects.filter(({ close_code }) => close_code !== null), [])
      world.assert_contract_kept()
    }))
})

describe('a refusal of the cloud itself', () => {
  it('401 and 403 lead to no batches', () =>
    World.within({}, async (world) => {
      for (const status of [401, 403]) {
        world.cloud.fault({ fault: 'refuse_key', status })
        world.cloud.fault({ fault: 'close', code: 1001 })
        for (let i = 0; i < 3; i += 1) {
          await world.link_is(({ state }) => state === 'backing_off')
          await world.admin.post('/link/retry')
        }
        assert.equal((await world.admin.get('/link')).transport, 'websocket')
        world.cloud.fault({ fault: 'clear' })
        await world.admin.post('/link/retry')
        await world.linked()
      }
      assert.equal(world.cloud.batches.requests, 0)
    }))
})
