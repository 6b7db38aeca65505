// What was missed is looked for when Mizo or the admin asks; and a delivery log of HaloPSA's that fails loses
// nothing.
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { until } from '../practice/support/until.mjs'
import { SLOW, after_an_hour_away, arrived, look_again, no_retries, reconciled } from './support/missed.mjs'
import { World } from './support/world.mjs'

const LOG = 'GET /api/WebhookEvent'
const halo = { guide: 'done', rights: 'admin' }

// A relay that was there all the time, and that some webhooks did not reach: nothing tells it so.
async function with_missed_webhooks(test) {
  await World.within({ halo, settings: { 'poll.enabled': 'off' } }, async (world) => {
    world.halo.set_webhook(no_retries)
    await reconciled(world)
    const began = Date.now()
    world.halo.set_webhook({ url: 'http://127.0.0.1:9/nowhere', ...no_retries })
    const missed = ['One', 'Two'].map((summary) => `created ${world.halo.add_ticket({ summary }).id}`)
    await until(() => world.halo.status().pending === 0, { what: 'HaloPSA has given up' })
    await world.point_webhook(no_retries)
    const { id } = world.halo.add_ticket({ summary: 'Three' })
    await arrived(world, [`created ${id}`])
    await test(world, [...missed, `created ${id}`], began)
  })
}

describe('what was missed', { timeout: 180_000 }, () => {
  it('arrives once Mizo commands to look for it, with a time and without one', async () => {
    const orders = [() => ({}), (began) => ({ from: new Date(began).toISOString() })]
    for (const args of orders)
      await with_missed_webhooks(async (world, happened, began) => {
        const done = await world.cloud.ask({ t: 'command', name: 'reconcile', args: args(began) })
        assert.equal(done.ok, true, done.text)
        const { last_run } = await reconciled(world, (view) => view.last_run.reason === 'command')
        assert.deepEqual([last_run.recovered, last_run.by_api], [2, 0])
        await arrived(world, happened)
      })
  })

  it('arrives once the admin asks for it, however often', async () => {
    await with_missed_webhooks(async (world, happened, began) => {
      assert.equal((await look_again(world, began)).last_run.recovered, 2)
      await arrived(world, happened)
      assert.equal((await look_again(world, began)).last_run.recovered, 0)
      await arrived(world, happened)
    })
  })

  it('is not looked for while Mizo may not command it', async () => {
    await with_missed_webhooks(async (world, happened, began) => {
      await world.admin.patch('/settings', { 'agent.commands': ['none'] })
      const refused = await world.cloud.ask({ t: 'command', name: 'reconcile', args: {} })
      assert.deepEqual([refused.ok, refused.code], [false, 'denied'])
      await look_again(world, began)
      await arrived(world, happened)
    })
  })
})

// The admin has it looked for, until a run ends so.
async function run_ends(world, state) {
  const before = (await world.admin.get('/reconcile')).last_run?.ended_at
  await world.admin.post('/reconcile', {})
  const ended = async () => {
    const view = await world.admin.get('/reconcile')
    return !view.running && view.last_run.ended_at !== before && view
  }
  const view = await world.admin_until(ended, { what: 'a run has ended', ...SLOW })
  assert.equal(view.last_run.state, state)
  return view
}

const failed_first = (world) =>
  world.admin_until(async () => (await world.admin.get('/reconcile')).last_run?.state === 'failed', {
    what: 'the log was looked at, and failed',
    ...SLOW,
  })

describe('a delivery log that fails', { timeout: 240_000 }, () => {
  for (const fault of [
    { kind: 'status', status: 500 },
    { kind: 'not_json' },
    { kind: 'html', status: 502 },
  ]) {
    it(`for a while (${fault.kind}): the page says so, and then it brings all of it, signed`, async () => {
      const prepare = (world) => world.halo.fault({ on: LOG, ...fault })
      await after_an_hour_away({ halo, prepare }, async (world, happened) => {
        await failed_first(world)
        const { last_run, next_at } = await run_ends(world, 'failed')
        assert.equal(last_run.message.code, 'reconcile_failed')
        assert.ok(last_run.message.args.reason)
        assert.ok(Date.parse(next_at) - Date.now() < 5 * 60_000, 'it is tried again soon')
        assert.equal(world.frames().length, 1)
        world.halo.clear_faults()
        const { way } = await run_ends(world, 'done')
        assert.equal(way, 'delivery_log')
        await arrived(world, happened)
        const signed = ({ event }) => event.origin === 'reconcile' && event.signature
        assert.ok(world.frames().slice(1).every(signed))
      })
    })
  }

  it('at a few rows for a while: these come signed too', async () => {
    const prepare = (world) => world.halo.fault({ on: `${LOG}/`, kind: 'status', status: 503, times: 2 })
    await after_an_hour_away({ halo, prepare }, async (world, happened) => {
      await failed_first(world)
      await run_ends(world, 'failed')
      await run_ends(world, 'done')
      await arrived(world, happened)
      assert.ok(world.frames().slice(1).every(({ event }) => event.origin === 'reconcile'))
    })
  })

  it('for good: after three runs tickets tell it; once it works, nothing comes twice', async () => {
    const prepare = (world) => world.halo.fault({ on: LOG, kind: 'status', status: 500 })
    await after_an_hour_away({ halo, prepare }, async (world, happened) => {
      await failed_first(world)
      await run_ends(world, 'failed')
      const { way, last_run } = await run_ends(world, 'done')
      assert.equal(way, 'api')
      const note = last_run.notes.find(({ code }) => code === 'reconcile_log_failed')
      assert.match(note.text, /not available|500/)
      await arrived(world, happened)
      assert.ok(world.frames().slice(1).every(({ event }) => event.origin === 'poll'))
      world.halo.clear_faults()
      assert.equal((await run_ends(world, 'done')).way, 'delivery_log')
      await arrived(world, happened)
    })
  })
})
