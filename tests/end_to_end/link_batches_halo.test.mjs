// By batches Mizo acts on HaloPSA and is seen in the ticket tab, as over the WebSocket; through a proxy too.
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { until } from '../practice/support/until.mjs'
import { make_server_certificate } from '../practice/support/tls.mjs'
import { on_batches, within_box } from './support/box.mjs'
import { ConnectProxy } from './support/proxy.mjs'
import { TabVisit } from './support/tab_calls.mjs'

const AGENT = 3
const insight = (ticket_id, revision = 1) => ({
  t: 'insight',
  ticket_id,
  revision,
  title: 'A loose fuser',
  sections: [{ heading: 'Summary', markdown: 'It **grinds**.' }],
  actions: [{ id: 'assign', label: 'Assign' }],
  expires_at: new Date(Date.now() + 3_600_000).toISOString(),
})

// What Mizo says of a new ticket is in its tab, and a button there is answered.
async function tab_works(world) {
  const { id } = world.halo.add_ticket({ tickettype_id: 25 })
  world.cloud.send(insight(id))
  const tab = await TabVisit.open(world, id, AGENT)
  const shown = async () => (await tab.view()).insight
  assert.equal((await until(shown, { what: 'the insight is in the tab' })).title, 'A loose fuser')
  assert.equal((await tab.view()).link.live, true)
  const { ok } = await tab.press('assign')
  assert.equal(ok, true)
  const sent = world.cloud.recorder.last_frames(200).filter(({ text }) => text.includes('"tab_action"'))
  assert.equal(JSON.parse(sent.at(-1).text).ticket_id, id)
  return tab
}

// Mizo reads a ticket through the relay.
async function request_works(world) {
  const { id } = world.halo.add_ticket({ summary: 'Read by Mizo' })
  const order = { t: 'request', deadline_ms: 10_000, method: 'GET', path: `Tickets/${id}` }
  const answer = await world.cloud.ask(order)
  assert.deepEqual([answer.status, answer.body?.summary], [200, 'Read by Mizo'])
}

const transports = (world) => world.cloud.live_sessions().map(({ transport }) => transport)

describe('by batches', { concurrency: 2, timeout: 180_000 }, () => {
  it('Mizo reads a ticket, shows its insight in the tab, and answers a button there', () =>
    within_box({ halo: { guide: 'done' } }, async (world) => {
      await on_batches(world)
      await request_works(world)
      await tab_works(world)
      assert.deepEqual(transports(world), ['batches'])
      world.assert_contract_kept()
    }))

  it('a button that Mizo refuses is answered so, and without a link the tab says that there is none', () =>
    within_box({ halo: { guide: 'done' } }, async (world, box) => {
      await on_batches(world)
      const tab = await tab_works(world)
      world.cloud.fault({ fault: 'tab_answer', ok: false, code: 'nobody_there', text: 'Nobody is on duty' })
      const { id } = world.halo.add_ticket({ tickettype_id: 25 })
      world.cloud.send(insight(id))
      const other = await TabVisit.open(world, id, AGENT)
      await until(async () => (await other.view()).insight)
      const { ok, code, text } = await other.press('assign')
      assert.deepEqual([ok, code, text], [false, 'nobody_there', 'Nobody is on duty'])
      await world.cloud.close()
      box.cut()
      await world.link_is(({ state }) => state !== 'live')
      assert.equal((await tab.view()).link.live, false)
    }))

  it('the tab and requests go on over the change back to the WebSocket', () =>
    within_box({ halo: { guide: 'done' } }, async (world, box) => {
      await on_batches(world)
      const tab = await tab_works(world)
      box.upgrade = null
      await world.admin.post('/link/retry')
      await world.link_is(({ state, transport }) => state === 'live' && transport === 'websocket')
      assert.ok((await tab.view()).insight, 'what Mizo said is still there')
      await request_works(world)
      await tab_works(world)
      assert.deepEqual(transports(world), ['websocket'])
      world.assert_contract_kept()
    }))
})

describe('by batches through a proxy with Basic auth', { timeout: 180_000 }, () => {
  const NAME = 'cloud.practice.test'
  const [user, password] = ['relay', 'Pr0xy:päss']
  let folder
  let tls
  let proxy
  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'practice-tls-'))
    tls = make_server_certificate({ folder, names: [NAME] })
    proxy = await new ConnectProxy({ user, password }).start()
  })
  after(async () => {
    await proxy?.close()
    rmSync(folder, { recursive: true })
  })

  it('all of it works, and every connection goes by the proxy; later the WebSocket does', () =>
    within_box(
      {
        cloud: { tls, names: [NAME] },
        box: { tls },
        halo: { guide: 'done' },
        settings: { 'link.ca_file': tls.ca_file, 'link.proxy': proxy.url, 'link.proxy_user': user },
        env: { NO_PROXY: '', no_proxy: '' },
        async url(world, box) {
          proxy.names[`${NAME}:443`] = box.port // the proxy alone knows the way
          await world.admin.patch('/settings', { 'link.proxy_password': password })
          return `https://${NAME}`
        },
      },
      async (world, box) => {
        await on_batches(world)
        await world.settled(world.halo.send({ count: 5 }))
        assert.equal(world.cloud.events().unique, 5)
        await request_works(world)
        await tab_works(world)
        assert.ok(proxy.requests.length >= 4, 'enrolment, two upgrades, batches')
        assert.ok(proxy.requests.every(({ target }) => target === `${NAME}:443`))
        box.upgrade = null
        await world.admin.post('/link/retry')
        await world.link_is(({ state, transport }) => state === 'live' && transport === 'websocket')
        await tab_works(world)
        assert.ok(!world.daemon.lines.join('\n').includes('Pr0xy'), 'no credentials in the log')
        world.assert_contract_kept()
      },
    ))
})
