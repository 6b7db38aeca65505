// What the relay does with single events and frames that it cannot use, and with a link that only seems to
// live.
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { until } from '../practice/support/until.mjs'
import { comes_back, sessions_of } from './support/link_steps.mjs'
import { World } from './support/world.mjs'

describe('a link that is open and does nothing', { concurrency: 3 }, () => {
  const limits = { heartbeat_ms: 250, dead_ms: 700, progress_ms: 600 }

  it('without acks for progress_ms, with events waiting, is given up and opened again', () =>
    World.within({ cloud: { limits } }, async (world) => {
      const earlier = sessions_of(world)
      world.cloud.fault({ fault: 'stop_acking' })
      await world.send({ kind: 'created' })
      await comes_back(world, earlier)
      const [last] = (await world.admin.get('/link')).disconnects
      assert.equal(last.code, 'link_heartbeat_lost')
      world.cloud.fault({ fault: 'clear' })
      await world.drained()
      assert.equal(world.cloud.events().unique, 1)
      world.assert_contract_kept()
    }))

  it('without acks, but with nothing waiting, stays', () =>
    World.within({ cloud: { limits } }, async (world) => {
      const earlier = sessions_of(world)
      world.cloud.fault({ fault: 'stop_acking' })
      const heartbeats = () => {
        const { frames } = world.cloud.status()
        return (frames['R→C:ping'] ?? 0) + (frames['R→C:pong'] ?? 0)
      }
      // One in heartbeat_ms at most, so that more time than progress_ms has passed.
      await until(() => heartbeats() > 8, { what: 'heartbeats', poll_ms: 20 })
      assert.deepEqual(sessions_of(world), earlier)
    }))

  it('that says nothing at all is given up after dead_ms', () =>
    World.within({ cloud: { limits } }, async (world) => {
      const earlier = sessions_of(world)
      world.cloud.fault({ fault: 'mute' })
      const from = performance.now()
      await world.link_is(({ disconnects }) => disconnects.length > 0, { what: 'the silence is noticed' })
      assert.ok(performance.now() - from < 3 * limits.dead_ms, 'soon after dead_ms')
      world.cloud.fault({ fault: 'clear' })
      await comes_back(world, earlier)
    }))

  it('late acks are late, and nothing else: the window is kept', () =>
    World.within({ cloud: { limits: { window: { events: 8, bytes: 1 << 20 } } } }, async (world) => {
      world.cloud.fault({ fault: 'ack_late', delay_ms: 120 })
      await world.settled(world.halo.send({ count: 60 }))
      assert.equal(world.cloud.events().total, 60)
      world.assert_contract_kept()
    }))

  it('a window of 0 pauses, and another opens it again', () =>
    World.within({}, async (world) => {
      world.cloud.fault({ fault: 'window', events: 0 })
      await world.link_is(({ window }) => window?.events === 0)
      await Promise.all(world.halo.send({ count: 10 }).map(({ settled }) => settled))
      assert.equal((await world.admin.get('/status')).queue.queued, 10)
      assert.equal(world.cloud.events().total, 0)
      world.cloud.fault({ fault: 'window', events: 3 })
      await world.drained()
      assert.equal(world.cloud.events().total, 10)
      world.assert_contract_kept()
    }))

  it('a cloud that stops reading holds nobody up', () =>
    World.within({}, async (world) => {
      world.cloud.fault({ fault: 'stop_reading' })
      const rows = await Promise.all(
        world.halo.send({ count: 40, payload: 'full' }).map(({ settled }) => settled),
      )
      assert.ok(rows.every(({ responsestatus }) => responsestatus === 200))
      world.cloud.fault({ fault: 'resume_reading' })
      await world.drained()
      assert.equal(world.cloud.events().total, 40)
      world.assert_contract_kept()
    }))
})

describe('one event that the cloud refuses', { concurrency: 3 }, () => {
  it('for now: is sent again, in order', () =>
    World.within({}, async (world) => {
      world.cloud.fault({ fault: 'nack', seq: 2, retry_ms: 60 })
      await world.settled(world.halo.send({ count: 4 }))
      const { items } = world.cloud.events()
      assert.deepEqual(
        items.map(({ seq }) => seq),
        [1, 2, 3, 4],
      )
      assert.ok(items[1].attempt > 1)
      world.assert_contract_kept()
    }))

  it('for good: is a dead letter with the reason, and the others go on', () =>
    World.within({}, async (world) => {
      world.cloud.fault({ fault: 'nack', seq: 2, final: true, code: 'unwanted', text: 'not this one' })
      await world.settled(world.halo.send({ count: 4 }))
      assert.deepEqual(
        world.cloud.events().items.map(({ seq }) => seq),
        [1, 3, 4],
      )
      const { items } = await world.admin.get('/events?state=dead')
      assert.deepEqual(
        items.map(({ seq, dead_code, dead_text }) => [seq, dead_code, dead_text]),
        [[2, 'unwanted', 'not this one']],
      )
      await world.alert('mizo_dead_letters')
      world.assert_contract_kept()
    }))

  it('ten times: is skipped', () =>
    World.within({}, async (world) => {
      world.cloud.fault({ fault: 'nack', seq: 2, times: null, retry_ms: 10 })
      await world.settled(world.halo.send({ count: 3 }))
      const dead = world.cloud.status().dead_letters
      assert.deepEqual(
        dead.map(({ r, seq, reason }) => [r, seq, reason]),
        [['skip', 2, 'nacked']],
      )
      const [event] = (await world.admin.get('/events?state=dead')).items
      const { attempts } = await world.admin.get(`/events/${event.id}`)
      assert.equal(attempts.filter(({ outcome }) => outcome === 'nacked').length, 10)
      world.assert_contract_kept()
    }))

  it('because it is larger than max_message: is skipped and never sent', () =>
    World.within({ cloud: { limits: { max_message: 65_536 } } }, async (world) => {
      await world.send({ kind: 'created', payload: 'full' })
      await world.send({ kind: 'changed' })
      await world.drained()
      assert.deepEqual(
        world.cloud.status().dead_letters.map(({ r, reason }) => [r, reason]),
        [['skip', 'too_large']],
      )
      assert.deepEqual(
        world.cloud.events().items.map(({ seq }) => seq),
        [2],
      )
      world.assert_contract_kept()
    }))
})

describe('frames that are no use', { concurrency: 3 }, () => {
  const rid = '7b0c2c61-7a8d-4e8e-9d59-0a3c3f1d2e4f'
  const unserved = [{ t: 'from_the_future', rid }]
  for (const frame of unserved) {
    it(`"${frame.t}" is answered "unsupported", and the link stays up`, () =>
      World.within({}, async (world) => {
        const earlier = sessions_of(world)
        world.cloud.send(frame, { unchecked: true })
        const answer = await until(() =>
          world.cloud.recorder
            .last_frames(50)
            .map(({ text }) => JSON.parse(text))
            .find(({ t }) => t === 'error'),
        )
        assert.equal(answer.code, 'unsupported')
        assert.ok([rid, frame.t].includes(answer.re))
        await world.settled(world.halo.send({ count: 1 }))
        assert.deepEqual(sessions_of(world), earlier)
        world.assert_contract_kept()
      }))
  }

  for (const kind of [
    'bad_utf8',
    'bad_json',
    'not_object',
    'no_type',
    'bad_member',
    'binary',
    'deep',
    'huge',
    'bad_frame',
  ]) {
    it(`garbage (${kind}) ends the link, which comes back`, () =>
      World.within({}, async (world) => {
        const earlier = sessions_of(world)
        const attempts = world.cloud.connection_attempts
        world.cloud.fault({ fault: 'garbage', kind })
        await comes_back(world, earlier)
        await world.settled(world.halo.send({ count: 1 }))
        assert.equal(world.cloud.events().unique, 1)
        assert.ok(world.cloud.connection_attempts - attempts < 5, 'it does not try in a circle')
      }))
  }
})
