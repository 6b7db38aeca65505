// Either end may stop or be killed at any moment: what was answered 200 is at Mizo in the end, once.
import assert from 'node:assert/strict'
import { closeSync, openSync, readdirSync, statSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { until } from '../practice/support/until.mjs'
import { CloudProcess } from './support/cloud_process.mjs'
import { Daemon } from './support/daemon.mjs'
import { assert_balanced } from './support/ledger.mjs'
import { RawConnection } from './support/raw_connection.mjs'
import { webhook_request } from './support/webhook_request.mjs'
import { World } from './support/world.mjs'

const SOON = { interval_ms: 40, attempts_max: 500 }

// HaloPSA goes on sending while `disturb` happens; then everything must balance.
async function under_load(world, disturb, { count = 300 } = {}) {
  world.halo.set_webhook({ retry: SOON, concurrency: 6 })
  const deliveries = world.halo.send({ count })
  await until(() => world.halo.deliveries().length > 20, { what: 'the load has begun' })
  await disturb()
  const rows = await world.settled(deliveries)
  assert.ok(rows.every(({ responsestatus }) => responsestatus === 200))
  assert_balanced(rows, world.cloud.events().items)
  assert.equal(world.cloud.events().unique, count)
}

describe('the daemon', () => {
  it('restarted in order, again and again under load, loses nothing and doubles nothing', () =>
    World.within({}, async (world) => {
      await under_load(world, async () => {
        for (let i = 0; i < 3; ++i) {
          const { code, took_ms } = await world.daemon.stop()
          assert.equal(code, 0)
          assert.ok(took_ms < 8000, `stopped after ${took_ms} ms`)
          await world.daemon.restart()
        }
      })
      world.assert_contract_kept()
    }))

  it('killed under load, loses nothing and doubles nothing', () =>
    World.within({}, async (world) => {
      await under_load(world, async () => {
        for (let i = 0; i < 3; ++i) {
          await world.daemon.kill()
          await world.daemon.restart()
        }
      })
      world.assert_contract_kept()
    }))

  it('killed with a queue, sends it at the next start, in order', () =>
    World.within({ enroll: false }, async (world) => {
      world.halo.set_webhook({ concurrency: 4 })
      const rows = await Promise.all(world.halo.send({ count: 200 }).map(({ settled }) => settled))
      await world.daemon.kill()
      await world.daemon.restart()
      await world.enroll()
      await world.drained()
      assert_balanced(rows, world.cloud.events().items)
      const seqs = world.cloud.events().items.map(({ seq }) => seq)
      assert.deepEqual(
        seqs,
        Array.from({ length: 200 }, (_, i) => i + 1),
      )
      world.assert_contract_kept()
    }))

  it('killed before its acks are marked, sends twice what the cloud knows by its id', () =>
    World.within({}, async (world) => {
      world.cloud.fault({ fault: 'stop_acking' })
      await Promise.all(world.halo.send({ count: 20 }).map(({ settled }) => settled))
      await until(() => world.cloud.events().total === 20, { what: 'all are stored by the cloud' })
      await world.daemon.kill()
      world.cloud.fault({ fault: 'clear' })
      await world.daemon.restart()
      await world.drained()
      assert.equal(world.cloud.events().unique, 20)
      world.assert_contract_kept()
    }))

  it('finishes the request in hand when it is stopped, refuses the rest, and keeps it', () =>
    World.within({ enroll: false }, async (world) => {
      const request = webhook_request(world, { occurrence: { ticket_id: 5150 } })
      const connection = await RawConnection.open(world.daemon.webhook_port)
      connection.write(request.subarray(0, request.length - 10))
      const idle = await RawConnection.open(world.daemon.webhook_port)
      assert.equal((await idle.write(webhook_request(world)).answer()).status, 200)
      const stopped = world.daemon.stop()
      await world.daemon.logged(/stopping/)
      await idle.ended()
      await assert.rejects(RawConnection.open(world.daemon.webhook_port))
      connection.write(request.subarray(request.length - 10))
      const answer = await connection.answer()
      assert.deepEqual([answer.status, answer.headers.connection], [200, 'close'])
      assert.equal((await stopped).code, 0)
      await world.daemon.restart()
      assert.equal((await world.admin.get('/deliveries?ticket=5150')).items.length, 1)
    }))

  it('stops within 8 s although a request never ends', () =>
    World.within({}, async (world) => {
      const connection = await RawConnection.open(world.daemon.webhook_port)
      connection.write(webhook_request(world).subarray(0, 300))
      await until(async () => (await world.admin.get('/status')).link.state === 'live', { poll_ms: 20 })
      const { code, took_ms } = await world.daemon.stop()
      assert.equal(code, 0)
      assert.ok(took_ms < 8000, `stopped after ${took_ms} ms`)
      connection.destroy()
    }))

  it('leaves at once on a second signal', () =>
    World.within({ cloud: null }, async (world) => {
      const connection = await RawConnection.open(world.daemon.webhook_port)
      connection.write(webhook_request(world).subarray(0, 300))
      const stopped = world.daemon.stop()
      await world.daemon.logged(/stopping/)
      world.daemon.interrupt()
      const { code, took_ms } = await stopped
      assert.equal(code, 1)
      assert.ok(took_ms < 2000, `left after ${took_ms} ms`)
      connection.destroy()
    }))
})

describe('the cloud', () => {
  it('restarted and killed under load, has everything once in the end', async () => {
    const cloud = await new CloudProcess({ options: { bodies: 'digest' } }).start()
    try {
      await World.within({ cloud: null }, async (world) => {
        await world.admin.post('/link/enroll', { url: cloud.base_url, code: await cloud.make_code() })
        await world.linked()
        world.halo.set_webhook({ retry: SOON, concurrency: 6 })
        const deliveries = world.halo.send({ count: 400 })
        for (const signal of ['SIGKILL', 'SIGTERM', 'SIGKILL']) {
          const known = cloud.stored_records().length
          await until(() => cloud.stored_records().length > known, { what: 'events come again', poll_ms: 10 })
          await cloud.kill(signal)
          await cloud.start()
          await world.admin.post('/link/retry')
        }
        const rows = await world.settled(deliveries)
        const { items, unique } = await cloud.events()
        assert_balanced(rows, items)
        assert.equal(unique, 400)
        assert.deepEqual((await cloud.control('GET', 'violations')).items, [])
      })
    } finally {
      await cloud.close()
    }
  })
})

describe('the data directory', () => {
  it('serves one daemon: a second is refused, in words, and the first goes on', () =>
    World.within({ cloud: null }, async (world) => {
      const second = new Daemon({ data_dir: world.daemon.data_dir }).spawn()
      const { code } = await second.ended
      assert.equal(code, 1)
      assert.ok(second.log_has(new RegExp(`Another Mizo Relay \\(process ${world.daemon.pid}\\) works on`)))
      assert.equal((await world.send({ kind: 'created' })).responsestatus, 200)
    }))

  it('holds nothing that others may read', () =>
    World.within({}, async (world) => {
      const { data_dir } = world.daemon
      assert.equal(statSync(data_dir).mode & 0o077, 0)
      for (const name of readdirSync(data_dir))
        assert.equal(statSync(join(data_dir, name)).mode & 0o077, 0, `${name} is the owner's alone`)
    }))

  it('with a damaged database: it is set aside, what is whole is salvaged, and the daemon is up', () =>
    World.within({ enroll: false }, async (world) => {
      const rows = await Promise.all(
        world.halo.send({ count: 60, payload: 'full' }).map(({ settled }) => settled),
      )
      const { thumbprint } = world.halo.certificate()
      await world.daemon.stop()
      damage(join(world.daemon.data_dir, 'relay.db'))
      await world.daemon.restart()
      assert.ok(world.daemon.log_has(/set aside/))
      assert.ok(readdirSync(world.daemon.data_dir).some((name) => name.startsWith('corrupt-')))
      await world.alert('store_salvaged')
      assert.equal((await world.admin.all('/certificates'))[0].thumbprint, thumbprint)

      // Whole events go on to Mizo, and nothing that is not whole.
      const row = await world.send({ kind: 'created' })
      assert.equal(row.responsestatus, 200)
      await world.enroll()
      await world.drained()
      const { items } = world.cloud.events()
      const sent = new Set([...rows, row].map(({ requestbody_base64 }) => requestbody_base64))
      for (const { event } of world.frames())
        assert.ok(sent.has(event.data_base64), 'no bad bytes are delivered')
      assert.ok(items.length > 30, `${items.length} of 61 were salvaged`)
      world.assert_contract_kept()
    }))
})

// A page of zeros in the middle of the file: bodies lie there.
function damage(path) {
  const { size } = statSync(path)
  const file = openSync(path, 'r+')
  for (const part of [0.4, 0.7])
    writeSync(file, Buffer.alloc(4096, 0xaa), 0, 4096, Math.floor((size * part) / 4096) * 4096)
  closeSync(file)
}
