// A disk that is full or read-only: HaloPSA is told to come again, Mizo gets what is there, and the daemon
// heals without a restart.
import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { until } from '../practice/support/until.mjs'
import { Daemon } from './support/daemon.mjs'
import { FailingCalls, why_no_strace } from './support/failing_calls.mjs'
import { http_call } from './support/http_call.mjs'
import { assert_balanced } from './support/ledger.mjs'
import { SmallDisk, why_no_small_disk } from './support/small_disk.mjs'
import { World } from './support/world.mjs'

const DISK_MIB = 64
const HEALED_WITHIN_MS = 20_000

describe('a disk that fails', { skip: why_no_small_disk() ?? false }, () => {
  let disk
  let world
  before(async () => {
    disk = new SmallDisk(DISK_MIB)
    world = await World.start({ daemon: { data_dir: disk.data_dir } })
  })
  after(async () => {
    await world?.close()
    disk?.close()
  })

  const readiness = () => http_call({ url: `${world.daemon.admin_url}/readyz` })
  const status_of = async (options) => (await world.send({ once: true, ...options })).responsestatus

  // Sends until it is refused; gives what was accepted before, and the refusal.
  async function send_until_refused(options) {
    const accepted = []
    for (let i = 0; i < 200; ++i) {
      const row = await world.send({ once: true, ...options })
      if (row.responsestatus !== 200) return { accepted, refusal: row }
      accepted.push(row)
    }
    throw new Error('it was never refused')
  }

  async function assert_refuses(alert, accepted, refusal) {
    assert.equal(refusal.responsestatus, 503)
    assert.match(refusal.responseheaders['retry-after'], /^\d+$/)
    assert.equal(refusal.responsebody, '')
    await world.alert(alert)
    const store = (await world.admin.get('/status')).strip.find(({ stage }) => stage === 'store')
    assert.deepEqual([store.ok, store.code], [false, alert])
    assert.equal((await readiness()).status, 503)
    assert.equal((await http_call({ url: `${world.daemon.admin_url}/healthz` })).status, 200)
    // The link goes on with what is there.
    await until(() => world.cloud.events().unique >= accepted, { what: 'all have arrived' })
    assert.equal((await world.admin.get('/link')).state, 'live')
  }

  async function assert_heals(alert) {
    const again = async () => (await status_of({ kind: 'created' })) === 200
    await until(again, { what: 'webhooks are stored again', timeout_ms: HEALED_WITHIN_MS, poll_ms: 100 })
    await world.alert(alert, { on: false })
    assert.equal((await readiness()).status, 200)
    await world.drained()
  }

  it('full: 503 with Retry-After, the link goes on, and it heals when there is space again', async () => {
    const first = await world.send({ kind: 'created' })
    await until(() => existsSync(join(disk.data_dir, 'reserve')), {
      what: 'the reserve is made',
      poll_ms: 20,
    })
    await world.drained()
    disk.fill()
    const { accepted, refusal } = await send_until_refused({ kind: 'created', payload: 'full' })
    await assert_refuses('store_full', accepted.length + 1, refusal)
    await world.admin.patch('/settings', { 'ui.language': 'fr' }) // the reserve is for the admin
    disk.free()
    await assert_heals('store_full')
    const rows = [first, ...accepted]
    assert_balanced(rows, world.cloud.events().items)
  })

  it(
    'reporting errors: the same, and it heals when the errors end',
    { skip: why_no_strace() ?? false },
    async () => {
      await world.drained()
      const errors = await FailingCalls.of(world.daemon.pid, { calls: ['fdatasync', 'fsync'], error: 'EIO' })
      try {
        const { accepted, refusal } = await send_until_refused({ kind: 'created' })
        assert.deepEqual(accepted, [], 'what is not on the disk is not answered 200')
        await assert_refuses('store_failed', 0, refusal)
      } finally {
        await errors.end()
      }
      await assert_heals('store_failed')
    },
  )

  it('lost nothing that was answered 200, and kept the contract of the link', async () => {
    await world.drained()
    assert_balanced(world.halo.deliveries(), world.cloud.events().items)
    world.assert_contract_kept()
    assert.equal(world.daemon.alive, true)
  })
})

describe('a data directory that is read-only', { skip: why_no_small_disk() ?? false }, () => {
  it('is told of in words at the start, and is no trouble once it can be written again', async () => {
    const disk = new SmallDisk(DISK_MIB)
    const daemon = new Daemon({ data_dir: disk.data_dir, settings: { 'webhook.tls': 'off' } })
    try {
      await daemon.start()
      await daemon.stop()
      disk.remount('ro')
      assert.equal((await daemon.spawn().ended).code, 1)
      assert.ok(daemon.log_has(/cannot be (opened|written|made)|[Rr]ead-only/), daemon.log.join('\n'))
      disk.remount('rw')
      await daemon.start()
    } finally {
      await daemon.discard()
      disk.close()
    }
  })
})

describe('a queue over store.max_bytes', () => {
  it('is answered 503 until Mizo has taken some', async () => {
    const world = await World.start({ enroll: false, settings: { 'store.max_bytes': '64MiB' } })
    try {
      world.halo.set_webhook({ concurrency: 4 })
      const big = Buffer.from(`{"event":"new ticket logged","text":"${'x'.repeat(3_900_000)}"}`)
      const rows = []
      for (let i = 0; i < 40 && rows.at(-1)?.responsestatus !== 503; ++i) {
        const body = Buffer.from(big.toString().replace('logged', `logged ${i}`))
        rows.push(await world.send({ body, once: true }))
      }
      assert.equal(rows.at(-1).responsestatus, 503)
      assert.match(rows.at(-1).responseheaders['retry-after'], /^\d+$/)
      await world.alert('store_limit')
      await world.enroll()
      await world.drained()
      assert_balanced(rows, world.cloud.events().items)
      world.assert_contract_kept()
    } finally {
      await world.close()
    }
  })
})
