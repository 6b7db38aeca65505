// A network that swallows everything, without a reset or an answer: noticed within dead_ms, and survived. The
// cloud stands in a network namespace of its own, behind a pair of virtual Ethernet devices.
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { until } from '../practice/support/until.mjs'
import { CloudProcess } from './support/cloud_process.mjs'
import { assert_balanced } from './support/ledger.mjs'
import { Namespace, why_no_namespace } from './support/namespace.mjs'
import { World } from './support/world.mjs'

const HEARTBEAT_MS = 400
const DEAD_MS = 1_500
const NOTICE_SLACK_MS = 1_000

describe('a black hole', { skip: why_no_namespace() ?? false }, () => {
  it('is noticed within dead_ms; webhooks are stored meanwhile, and arrive once it is gone', async () => {
    const namespace = new Namespace()
    const cloud = new CloudProcess({
      wrapper: namespace.wrapper,
      options: {
        host: namespace.address,
        name: namespace.address,
        tls: true,
        code: true,
        'heartbeat-ms': HEARTBEAT_MS,
        'dead-ms': DEAD_MS,
      },
    })
    try {
      await cloud.start()
      const settings = { 'link.ca_file': cloud.ca_file, 'link.proxy': 'none' }
      await World.within({ cloud: null, settings }, async (world) => {
        await world.admin.post('/link/enroll', { url: cloud.base_url, code: cloud.code })
        await world.linked()
        await world.settled(world.halo.send({ count: 5 }))

        namespace.drop_everything()
        const from = performance.now()
        const rows = await Promise.all(world.halo.send({ count: 5 }).map(({ settled }) => settled))
        assert.ok(rows.every(({ responsestatus }) => responsestatus === 200))
        const link = await world.link_is(({ state }) => state !== 'live', {
          what: 'the black hole is noticed',
        })
        const noticed_ms = performance.now() - from
        assert.ok(noticed_ms < DEAD_MS + NOTICE_SLACK_MS, `noticed after ${noticed_ms} ms`)
        assert.ok(
          noticed_ms > DEAD_MS - HEARTBEAT_MS - 200,
          `noticed after ${noticed_ms} ms: something else ended it`,
        )
        assert.equal(link.disconnects[0].code, 'link_heartbeat_lost')
        assert.equal((await world.admin.get('/status')).queue.queued, 5)

        namespace.let_through()
        await world.admin.post('/link/retry')
        await world.linked()
        await world.drained()
        const arrived = await until(() => {
          const records = cloud.stored_records()
          return records.length >= 10 && records
        })
        assert_balanced(world.halo.deliveries(), arrived)
        assert.equal(new Set(arrived.map(({ id }) => id)).size, 10)
      })
    } finally {
      await cloud.close()
      namespace.close()
    }
  })
})
