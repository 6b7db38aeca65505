// Nothing missed: what HaloPSA sent while the relay was away, or could not send at all, arrives at Mizo all
// the same, and once.
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { until } from '../practice/support/until.mjs'
import {
  MINUTE,
  SLOW,
  after_an_hour_away,
  arrived,
  look_again,
  no_retries,
  reconciled,
} from './support/missed.mjs'
import { World } from './support/world.mjs'

describe('after an hour without the relay', { timeout: 120_000 }, () => {
  it('HaloPSA’s own log brings everything, signed as it was, each once', async () => {
    await after_an_hour_away({ halo: { guide: 'done', rights: 'admin' } }, async (world, happened, began) => {
      await arrived(world, happened)
      const { way, last_run, rights } = await reconciled(world)
      assert.equal(way, 'delivery_log')
      assert.equal(rights.delivery_log, true)
      assert.equal(last_run.recovered, happened.length - 1)
      for (const { event } of world.frames().slice(1)) {
        assert.equal(event.origin, 'reconcile')
        assert.ok(event.signature && event.thumbprint)
      }
      // The same hours once more.
      const again = await look_again(world, began - 60 * MINUTE)
      assert.equal(again.last_run.recovered + again.last_run.by_api, 0)
      await arrived(world, happened)
      const { ledger } = await world.admin.get('/status')
      assert.equal(ledger.halo, happened.length)
      assert.equal(ledger.missing, 0)
      assert.equal(ledger.equal, true)
      const own = (await world.admin.get('/reconcile')).ledger
      assert.deepEqual([own.halo, own.stored, own.acked], Array(3).fill(happened.length))
    })
  })

  it('a lightweight log brings everything by way of the tickets, and says so', async () => {
    const prepare = ({ halo }) => {
      for (const webhook of halo.instance.webhooks.all()) webhook.lightweight_logs = true
    }
    await after_an_hour_away(
      { halo: { guide: 'done', rights: 'admin' }, prepare },
      async (world, happened, began) => {
        await arrived(world, happened)
        const { last_run } = await reconciled(world)
        assert.ok(last_run.without_body > 0)
        assert.ok(last_run.notes.some(({ code }) => code === 'reconcile_without_body'))
        assert.ok(world.frames().slice(1).every(({ event }) => event.origin === 'poll' && !event.signature))
        await look_again(world, began - 60 * MINUTE)
        await arrived(world, happened)
      },
    )
  })

  it('without the right to the log, tickets and actions bring everything', async () => {
    await after_an_hour_away({ halo: { guide: 'done', rights: 'guide' } }, async (world, happened, began) => {
      await arrived(world, happened)
      const { way, rights, last_run, ledger } = await reconciled(world)
      assert.equal(way, 'api')
      assert.deepEqual(rights, { delivery_log: false, tickets: true, actions: true })
      assert.equal(last_run.by_api, happened.length - 1)
      assert.equal(ledger.halo, null)
      assert.equal(ledger.equal, null)
      await look_again(world, began - 60 * MINUTE)
      await arrived(world, happened)
    })
  })

  it('Mizo can have it looked for, from a time of the last 30 days', async () => {
    await after_an_hour_away({ halo: { guide: 'done', rights: 'admin' } }, async (world, happened, began) => {
      await arrived(world, happened)
      await reconciled(world)
      const command = (args) => world.cloud.ask({ t: 'command', name: 'reconcile', args })
      assert.equal((await command({ from: new Date(began).toISOString() })).ok, true)
      await reconciled(world, ({ last_run }) => last_run.reason === 'command')
      await arrived(world, happened)
      const refused = await command({ from: 'long ago' })
      assert.deepEqual([refused.ok, refused.code], [false, 'malformed'])
    })
  })

  it('a webhook that HaloPSA sends later all the same is a repeat', async () => {
    await after_an_hour_away({ halo: { guide: 'done', rights: 'guide' } }, async (world, happened) => {
      await arrived(world, happened)
      const missed = world.halo.deliveries().filter(({ status }) => status === 'failed')
      for (const { delivery_id } of missed) {
        const row = await world.halo.repeat({ delivery_id }).settled
        assert.match(row.responsebody, /"repeated"/)
      }
      await arrived(world, happened)
    })
  })

  it('a relay that is killed in the middle goes on where it was', async () => {
    const halo_options = { guide: 'done', rights: 'admin' }
    const prepare = ({ halo }) => {
      // Each body takes its time, so that there is a middle.
      halo.fault({ on: 'GET /api/WebhookEvent/', kind: 'slow', ms: 150 })
    }
    await after_an_hour_away({ halo: halo_options, prepare }, async (world, happened) => {
      for (const bodies of [4, 9]) {
        const read = () => world.halo.api_calls('GET /api/WebhookEvent/').length >= bodies
        await until(read, { what: `${bodies} bodies were read`, ...SLOW })
        await world.daemon.kill()
        await world.daemon.restart()
      }
      world.halo.clear_faults()
      await world.linked()
      await arrived(world, happened)
      await reconciled(world)
    })
  })
})

describe('where HaloPSA cannot reach the relay', { timeout: 150_000 }, () => {
  // The webhook stands in HaloPSA with an address that leads nowhere.
  const unreachable = async (settings, test) => {
    const options = { settings: { 'poll.interval': '15', ...settings }, halo: { guide: 'done' } }
    await World.within(options, async (world) => {
      world.halo.set_webhook({ url: 'http://127.0.0.1:9/nowhere', ...no_retries })
      await test(world)
    })
  }
  const poll = async (world) => (await world.admin.get('/reconcile')).poll

  it('it is asked for changes, and each arrives once', async () => {
    await unreachable({ 'poll.enabled': 'on' }, async (world) => {
      const happened = []
      for (let round = 0; round < 2; round += 1) {
        const { id } = world.halo.add_ticket({ summary: `Round ${round}` })
        const { id: action } = world.halo.add_action(id)
        happened.push(`created ${id}`, `action_added ${id} ${action}`)
        await arrived(world, happened)
      }
      const { active, mode, found } = await poll(world)
      assert.deepEqual([active, mode], [true, 'on'])
      assert.ok(found >= 2)
      assert.ok(world.frames().every(({ event }) => event.origin === 'poll'))
    })
  })

  it('that is found out by itself, and ends with the first webhook that comes', async () => {
    await unreachable({}, async (world) => {
      assert.equal((await poll(world)).active, false)
      await reconciled(world)
      await until(async () => (await poll(world)).next !== null)
      // A change proves something only where the relay was open before it.
      const opened = Date.now()
      await until(() => Date.now() - opened > 2_500, { what: 'the relay has been open for a while' })
      const { id } = world.halo.add_ticket()
      const active = async () => (await poll(world)).active
      await world.admin_until(active, { what: 'polling has begun', timeout_ms: 60_000 })
      await arrived(world, [`created ${id}`])
      await world.point_webhook(no_retries)
      const next = world.halo.add_ticket()
      const ended = async () => !(await active())
      await world.admin_until(ended, { what: 'polling has ended', timeout_ms: 60_000 })
      await arrived(world, [`created ${id}`, `created ${next.id}`])
    })
  })
})
