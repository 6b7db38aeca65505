// Where the stream goes on: after losses of the cloud, rewinds, drains, restored backups and clones.
import assert from 'node:assert/strict'
import { copyFileSync, cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { start_practice_cloud } from '../practice/cloud/practice_cloud.mjs'
import { until } from '../practice/support/until.mjs'
import { Daemon } from './support/daemon.mjs'
import { comes_back, retry, sessions_of } from './support/link_steps.mjs'
import { World } from './support/world.mjs'

describe('streams', { concurrency: 3 }, () => {
  const send = async (world, count) => world.settled(world.halo.send({ count }))

  it('a rewind brings again what was acked, and goes on', () =>
    World.within({}, async (world) => {
      await send(world, 10)
      world.cloud.fault({ fault: 'rewind', from_seq: 4 })
      await until(() => world.cloud.events().total === 17, { what: '4 to 10 came again' })
      await send(world, 2)
      assert.equal(world.cloud.events().unique, 12)
      assert.deepEqual(
        world.cloud
          .events()
          .items.slice(10, 17)
          .map(({ seq }) => seq),
        [4, 5, 6, 7, 8, 9, 10],
      )
      world.assert_contract_kept()
    }))

  it('a cloud that lost data gets it again', () =>
    World.within({}, async (world) => {
      await send(world, 10)
      world.cloud.fault({ fault: 'forget', durable_seq: 6 })
      await until(() => world.cloud.events().total === 14, { what: '7 to 10 came again' })
      await send(world, 1)
      assert.equal(world.cloud.events().unique, 11)
      world.assert_contract_kept()
    }))

  it('a cloud that knows nothing of the stream gets what it did not ack', () =>
    World.within({}, async (world) => {
      await send(world, 5)
      const earlier = sessions_of(world)
      world.cloud.fault({ fault: 'forget', durable_seq: null })
      await comes_back(world, earlier)
      await send(world, 3)
      assert.equal(world.cloud.events().total, 8)
      world.assert_contract_kept()
    }))

  it('after a backup was restored, a new epoch begins, and the admin is told', () =>
    World.within({}, async (world) => {
      await send(world, 3)
      const { epoch } = await world.admin.get('/link')
      const backup = (await world.admin.request('POST', '/api/v1/backup', {})).body
      await send(world, 4)
      await world.daemon.stop()
      const database = join(world.daemon.data_dir, 'relay.db')
      for (const suffix of ['', '-wal', '-shm']) rmSync(database + suffix, { force: true })
      writeFileSync(database, backup, { mode: 0o600 })
      await world.daemon.restart()
      await world.linked()
      assert.notEqual((await world.admin.get('/link')).epoch, epoch)
      await world.alert('link_stream_reset')
      await send(world, 2)
      assert.equal(world.cloud.events().unique, 9)
      world.assert_contract_kept()
    }))

  it('a clone of the data directory is found out, and the older of the two stops', () =>
    World.within({}, async (world) => {
      const data_dir = mkdtempSync(join(tmpdir(), 'mizo-clone-'))
      await world.daemon.stop()
      cpSync(world.daemon.data_dir, data_dir, { recursive: true })
      await world.daemon.restart()
      await world.linked()
      const clone = new Daemon({ data_dir, settings: { 'webhook.tls': 'off' } })
      try {
        await clone.start()
        // Both started once since they were one: the same fence, and two boots.
        await world.link_is(({ state }) => state === 'stopped', { what: 'the conflict stops the link' })
        await world.alert('link_identity_conflict')
      } finally {
        await clone.discard()
      }
      await retry(world)
    }))

  it('a drain moves the link, under load, without a loss and without a pause', () =>
    World.within({}, async (world) => {
      world.halo.set_webhook({ concurrency: 4 })
      const deliveries = world.halo.send({ count: 200 })
      await until(() => world.cloud.events().total > 20, { what: 'events flow' })
      const earlier = sessions_of(world)
      world.cloud.fault({ fault: 'drain', deadline_ms: 5000 })
      await comes_back(world, earlier)
      await world.settled(deliveries)
      assert.equal(world.cloud.events().unique, 200)
      const ended = world.cloud.disconnects.map(({ code }) => code)
      assert.deepEqual(ended, [1000], 'the relay said bye on the old link')
      world.assert_contract_kept()
    }))

  it('a drain that names another place moves the link there', () =>
    World.within({}, async (world) => {
      const folder = mkdtempSync(join(tmpdir(), 'practice-cloud-'))
      copyFileSync(join(world.cloud_dir, 'relays.json'), join(folder, 'relays.json'))
      const other = await start_practice_cloud({ folder })
      try {
        world.cloud.fault({ fault: 'drain', url: other.connect_url_here })
        await until(() => other.live_sessions().length === 1 && world.cloud.live_sessions().length === 0)
        await world.linked()
        await send(world, 3)
        assert.equal(other.events().total, 3)
        assert.deepEqual(other.violations(), [])
        world.assert_contract_kept()
      } finally {
        await other.close()
        rmSync(folder, { recursive: true })
      }
    }))
})
