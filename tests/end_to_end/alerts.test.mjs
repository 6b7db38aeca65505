// Alerts outside of the page: at a receiver of the test's own, in HaloPSA, in the cloud's status frames.
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { start_receiver } from '../practice/support/test_receiver.mjs'
import { until } from '../practice/support/until.mjs'
import { World } from './support/world.mjs'

// An alert is judged every 15 s where nobody looks, and is over half a minute after its cause.
const OVER_WITHIN_MS = 60_000

// A receiver as Teams or Slack has one: what was posted, as `alert link_disabled`, `recovery link_disabled`.
async function start_channel(t, answer) {
  const receiver = await start_receiver(t, answer ? { answer } : {})
  const posts = () => receiver.requests.map(({ body }) => JSON.parse(body))
  return {
    url: `${receiver.url}?sig=secret-of-the-channel`,
    receiver,
    posts,
    told: () => posts().map(({ event, code }) => `${event} ${code}`),
    has: (what, timeout_ms = 20_000) =>
      until(() => posts().find(({ event, code }) => `${event} ${code}` === what), { what, timeout_ms }),
  }
}

// A world in which nothing is alarming: its certificate has been used.
const within = (options, test) =>
  World.within(options, async (world) => {
    await world.send({ kind: 'created' })
    await world.drained()
    await world.alert('certificate_pending', { on: false })
    await test(world)
  })

const post_to = (world, channel) =>
  world.admin.patch('/settings', {
    'alerts.webhook_url': channel.url,
    'alerts.webhook_format': 'json',
  })

const refuse_link = (world) => {
  world.cloud.fault({ fault: 'refuse_key', status: 403 })
  world.cloud.fault({ fault: 'close', code: 4403, text: 'disabled by the tenant' })
}

async function bring_link_back(world) {
  world.cloud.fault({ fault: 'clear' })
  await world.admin.post('/link/retry')
  await world.linked()
}

describe('alerts outside of the page', { concurrency: 4 }, () => {
  it('a link that is refused is posted once, its recovery once, and none of it again after a restart', (t) =>
    within({}, async (world) => {
      const channel = await start_channel(t)
      await post_to(world, channel)
      refuse_link(world)
      const alert = await channel.has('alert link_disabled')
      assert.equal(alert.severity, 'error')
      assert.equal((await world.admin.get('/alerts')).items[0].id, alert.id)

      await world.daemon.stop()
      await world.daemon.restart()
      await world.link_is(({ state }) => state === 'backing_off')
      await world.alert('link_disabled')
      // Another alert goes the same way: what would be posted again is posted before it.
      await world.admin.patch('/settings', { 'alerts.queue': 1 })
      await world.send({ kind: 'created' })
      await world.alert('queue_over')
      await channel.has('alert queue_over')
      assert.deepEqual(channel.told(), ['alert link_disabled', 'alert queue_over'])

      await bring_link_back(world)
      const recovery = await channel.has('recovery link_disabled', OVER_WITHIN_MS)
      assert.equal(recovery.id, alert.id)
      assert.ok(recovery.ended_at > recovery.since)
      await channel.has('recovery queue_over', OVER_WITHIN_MS)
      assert.equal(channel.posts().length, 4)
      const [, first] = (await world.admin.get('/alerts')).items
      assert.equal(first.webhook, 'told')
      assert.ok(!world.daemon.lines.join('\n').includes('secret-of-the-channel'), 'the address is not logged')
    }))

  it('a receiver that fails is asked again, and a redirect is not followed', (t) =>
    within({}, async (world) => {
      const answers = [{ status: 503 }, { status: 200 }, { status: 307, headers: { Location: '/elsewhere' } }]
      const channel = await start_channel(t, () => answers.shift() ?? { status: 200 })
      await post_to(world, channel)
      refuse_link(world)
      await world.alert('link_disabled')
      await until(() => channel.posts().length === 2, { what: 'posted again', timeout_ms: 20_000 })
      assert.equal(channel.posts()[0].id, channel.posts()[1].id)
      const told = await world.admin.post('/alerts/test')
      assert.equal(told.sent, false)
      assert.equal(told.error.code, 'alert_refused')
      assert.equal(channel.receiver.requests.length, 3)
    }))

  it('a severe alert is a ticket in HaloPSA, once, with a note when it is over', () =>
    World.within({ halo: { guide: 'done', rights: 'admin' } }, async (world) => {
      await world.admin.patch('/settings', { 'alerts.halo_ticket': true })
      const tickets = () =>
        world.halo.instance.tickets.all().filter(({ summary }) => summary.startsWith('Mizo Relay:'))
      refuse_link(world)
      await world.alert('link_disabled')
      const [ticket] = await until(() => tickets().length > 0 && tickets(), {
        what: 'a ticket',
        timeout_ms: 20_000,
      })
      assert.match(ticket.summary, /^Mizo Relay: Mizo has disabled this relay \[alert [0-9a-f]{12}\]$/)
      await world.daemon.stop()
      await world.daemon.restart()
      await bring_link_back(world)
      await world.alert('link_disabled', { on: false })
      const notes = () =>
        world.halo.instance.actions_of(ticket.id).filter(({ outcome }) => outcome === 'Private Note')
      await until(() => notes().length > 0, { what: 'a note', timeout_ms: OVER_WITHIN_MS })
      assert.equal(notes().length, 1)
      assert.equal(tickets().length, 1)
    }))

  it('what is on is in the status frames', () =>
    within({}, async (world) => {
      const unsigned = { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{}' }
      for (let i = 0; i < 3; ++i) assert.equal((await fetch(world.webhook_url, unsigned)).status, 401)
      await world.alert('rejected_in_a_row')
      const told = () => world.cloud.live_session().last_status?.alerts
      const alerts = await until(told, { what: 'alerts in a status frame', timeout_ms: 20_000 })
      assert.deepEqual(
        alerts.map(({ code, severe }) => [code, severe]),
        [['rejected_in_a_row', false]],
      )
      world.assert_contract_kept()
    }))
})
