// The setup guide, alive: every step checked against the practice HaloPSA, and mended by its API where the
// rights allow it. Certificates go into HaloPSA by it too, while webhooks go on.
import assert from 'node:assert/strict'
import { generateKeyPairSync } from 'node:crypto'
import { after, before, describe, it } from 'node:test'
import { until } from '../practice/support/until.mjs'
import { idle, looked, mend } from './support/checks.mjs'
import { EventStream } from './support/event_stream.mjs'
import { World } from './support/world.mjs'

const TYPES = ['1', '2', '3', '4', '25']
const SECTION_6 = ['deliveries.answered', 'deliveries.stored', 'test_ticket']

const start = async (halo, options = {}) => {
  const world = await World.start({ cloud: null, certificate: false, halo, ...options })
  await world.admin.patch('/settings', { 'scope.ticket_types': TYPES })
  await looked(world)
  return world
}

const find = ({ items }, id) => items.find((check) => check.id === id)
const not_right = ({ items }) => items.filter(({ verdict }) => verdict !== 'right').map(({ id }) => id)

describe('a HaloPSA in which nothing is done, with rights to do it', () => {
  let world
  before(async () => {
    world = await start({ guide: 'nothing', rights: 'admin' })
  })
  after(() => world?.close())

  it('a dry run says what would be changed, and changes nothing', async () => {
    const { items } = await mend(world, '/checks/fix-all', { dry_run: true })
    assert.ok(items.length > 3 && items.every(({ done, changes }) => !done && changes.length > 0))
    assert.deepEqual(world.halo.api_calls('POST /api'), [])
    assert.doesNotMatch(JSON.stringify(items), new RegExp(world.halo.guide.tab_secret))
  })

  it('all of it is mended in one go, each object made once', async () => {
    const { items } = await mend(world, '/checks/fix-all')
    assert.ok(items.every(({ done, error }) => done && error === null))
    assert.deepEqual(
      not_right(await looked(world)).filter((id) => !SECTION_6.includes(id)),
      [],
    )
    const { tabs, webhooks, notifications, certificates } = world.halo.instance
    const counts = [tabs, webhooks, notifications, certificates].map((table) => table.all().length)
    assert.deepEqual(counts, [1, 1, 5, 1])
  })

  it('mending again changes nothing', async () => {
    const before = world.halo.api_calls('POST /api').length
    assert.deepEqual((await mend(world, '/checks/fix-all')).items, [])
    assert.equal(world.halo.api_calls('POST /api').length, before)
  })

  it('a ticket then comes through, and the last section is right but for the test ticket', async () => {
    world.halo.add_ticket({ summary: 'It burns', tickettype_id: 25 })
    const first = async () => (await world.admin.get('/deliveries')).items[0]
    assert.equal((await world.admin_until(first)).outcome, 'accepted')
    assert.deepEqual(not_right(await looked(world)), ['test_ticket'])
  })

  it('what was found, and since when, outlives a restart', async () => {
    const before = await idle(world)
    await world.daemon.stop()
    await world.daemon.restart()
    const again = await world.admin.get('/checks')
    const of = ({ items }) => items.map(({ id, verdict, since }) => [id, verdict, since])
    assert.deepEqual(of(again), of(before))
    assert.equal(again.ran_at, before.ran_at)
  })
})

describe('a HaloPSA with the rights of the guide alone', () => {
  let world
  before(async () => {
    world = await start({ guide: 'done', rights: 'guide' }, { certificate: true })
  })
  after(() => world?.close())

  it('what cannot be looked at says so, with the guide’s own step and the values to copy', async () => {
    const checks = await looked(world)
    const blind = checks.items.filter(({ verdict }) => verdict === 'unknown_rights')
    for (const id of ['webhook.url', 'tab.url', 'certificate.installed', 'event.email'])
      assert.equal(find(checks, id).verdict, 'unknown_rights', id)
    assert.ok(blind.every(({ advice, fix }) => advice.code.startsWith('guide_') && fix === null))
    const { url } = await world.admin.get('/webhook')
    assert.deepEqual(find(checks, 'webhook.url').copy, [{ label: 'Payload URL', value: url }])
  })

  it('what can be looked at is judged all the same', async () => {
    const checks = await idle(world)
    const wrong = checks.items.filter(({ verdict }) => verdict === 'wrong')
    assert.deepEqual(wrong, [])
    for (const id of ['agent.initials', 'permission.read_tickets', 'resolve.exists', 'credentials.work'])
      assert.equal(find(checks, id).verdict, 'right', id)
  })

  it('what HaloPSA refuses to change is not changed, and says why', async () => {
    world.halo.guide.mistake('resolve_shown_to_user')
    const { done, error, check } = await mend(world, '/checks/resolve.hide_from_user/fix')
    assert.deepEqual([done, error.code, check.verdict], [false, 'halo_refused', 'wrong'])
  })

  it('a certificate is left to the admin, in two steps', async () => {
    const { id } = await world.admin.post('/certificates', {})
    const { install, state } = await mend(world, `/certificates/${id}/install`)
    assert.equal(install.state, 'by_hand')
    assert.equal(install.steps.at(-1).text.code, 'install_by_hand')
    assert.equal(state, 'pending')
  })
})

const MISTAKES = {
  agent_initials: 'agent.initials',
  agent_not_api_only: 'agent.api_only',
  permission_missing: 'permission.edit_assets',
  tab_url: 'tab.url',
  tab_not_secure: 'tab.secure_parameter',
  type_without_tab: 'ticket_types.tab',
  webhook_url: 'webhook.url',
  webhook_get: 'webhook.method',
  webhook_unsigned: 'webhook.authentication',
  webhook_no_certificate: 'webhook.certificate',
  webhook_inactive: 'webhook.active',
  event_missing: 'event.new_ticket',
  event_without_condition: 'event.client_changed',
  one_action_event: 'event.private_note',
  resolve_no_status: 'resolve.status_after',
  resolve_shown_to_user: 'resolve.hide_from_user',
  resolve_no_note_field: 'resolve.private_note',
}

// The relay makes it all, so that a person can spoil it.
async function start_spoilt(mistakes) {
  const world = await start({ guide: 'nothing', rights: 'admin' })
  await mend(world, '/checks/fix-all')
  const { instance, guide } = world.halo
  Object.assign(guide.webhook, instance.webhooks.all()[0])
  instance.webhooks.put(guide.webhook)
  for (const mistake of mistakes) guide.mistake(mistake)
  world.halo.forget_tokens()
  return world
}

// At once, since the relay keeps to its own limit of calls.
describe('what admins get wrong', () => {
  let world
  let checks
  before(async () => {
    world = await start_spoilt(Object.keys(MISTAKES))
    checks = await looked(world)
  })
  after(() => world?.close())

  for (const [mistake, id] of Object.entries(MISTAKES)) {
    it(`${mistake}: ${id} turns wrong, and is mended`, async () => {
      const found = find(checks, id)
      assert.equal(found.verdict, 'wrong')
      assert.ok(found.advice && found.fix.changes.length > 0)
      const { done, check } = await mend(world, `/checks/${id}/fix`)
      assert.deepEqual([done, check.verdict], [true, 'right'])
    })
  }

  it('an alert says which they are', async () => {
    world.halo.guide.mistake('webhook_get')
    await looked(world)
    await world.alert('halo_webhook_changed')
  })
})

describe('what goes wrong on the way', () => {
  let world
  before(async () => {
    world = await start_spoilt(['resolve_misspelt'])
  })
  after(() => world?.close())

  it('the name of the action is taken by the letter, and another one is made beside it', async () => {
    assert.equal(find(await looked(world), 'resolve.exists').verdict, 'wrong')
    assert.equal((await mend(world, '/checks/resolve.exists/fix')).done, true)
    const named = ({ outcome }) => outcome === 'Mizo resolve'
    assert.equal(world.halo.instance.outcomes.all().filter(named).length, 1)
  })

  it('a webhook that HaloPSA has disabled: noticed with its date, and enabled again', async () => {
    world.halo.guide.mistake('webhook_auto_disabled')
    const found = find(await looked(world), 'webhook.auto_disabled')
    assert.deepEqual([found.verdict, found.found.code], ['wrong', 'check_disabled_on'])
    assert.equal((await mend(world, '/checks/webhook.auto_disabled/fix')).done, true)
    assert.equal(world.halo.instance.webhooks.all()[0].disabled, false)
  })

  it('an answer that is lost is looked for, and nothing is made twice', async () => {
    const { instance } = world.halo
    for (const tab of instance.tabs.all()) instance.tabs.remove(tab.id)
    await looked(world)
    world.halo.fault({ on: 'POST /api/Tabs', kind: 'cut', times: 1, done: true })
    assert.equal((await mend(world, '/checks/tab.exists/fix')).done, true)
    assert.equal(instance.tabs.all().length, 1)
  })

  it('one area that fails leaves the others judged', async () => {
    world.halo.fault({ on: 'GET /api/Outcome', kind: 'html', times: 1 })
    const checks = await looked(world)
    assert.equal(find(checks, 'resolve.exists').verdict, 'not_yet')
    assert.equal(find(checks, 'webhook.url').verdict, 'right')
  })
})

for (const way of ['data_base64', 'attachment']) {
  it(`a rotation by the API (${way}) under traffic refuses none, and ends in the new one`, async () => {
    const halo = { guide: 'nothing', rights: 'admin', behaviour: { certificate_upload: way } }
    const world = await start(halo)
    try {
      await mend(world, '/checks/fix-all')
      world.halo.add_ticket()
      const state = async (id) => (await world.admin.get(`/certificates/${id}`)).state
      const [first] = (await world.admin.get('/certificates')).items
      const active = (id) => world.admin_until(async () => (await state(id)) === 'active', { what: 'active' })
      await active(first.id)
      let going = true
      const traffic = (async () => {
        while (going) {
          world.halo.add_ticket()
          const { length } = world.halo.deliveries()
          await until(() => world.halo.deliveries().length > length)
        }
      })()
      const { id, thumbprint } = await world.admin.post('/certificates', {})
      const { install } = await mend(world, `/certificates/${id}/install`)
      assert.ok(['waiting', 'active'].includes(install.state), JSON.stringify(install))
      await active(id)
      going = false
      await traffic
      assert.equal(await state(first.id), 'retiring')
      assert.ok(world.halo.deliveries().every(({ responsestatus }) => responsestatus === 200))
      const rows = world.halo.instance.certificates.all()
      const own = rows.find(({ opened }) => opened.thumbprint === thumbprint)
      assert.equal(own.name, `Mizo ${thumbprint.slice(0, 8)}`)
      assert.deepEqual(not_right(await looked(world)), ['test_ticket'])
    } finally {
      await world.close()
    }
  })
}

it('a rotation whose first webhooks are refused is taken back by itself', async () => {
  const world = await start({ guide: 'nothing', rights: 'admin' })
  try {
    await mend(world, '/checks/fix-all')
    world.halo.add_ticket()
    const [first] = (await world.admin.get('/certificates')).items
    const state = async (id) => (await world.admin.get(`/certificates/${id}`)).state
    await world.admin_until(async () => (await state(first.id)) === 'active', { what: 'active' })
    const { id, thumbprint } = await world.admin.post('/certificates', {})
    await mend(world, `/certificates/${id}/install`)
    // As if HaloPSA had mixed up its keys.
    const row = world.halo.instance.certificates.find(({ opened }) => opened.thumbprint === thumbprint)
    row.opened.key = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey
    for (let i = 0; i < 2; i++) world.halo.add_ticket()
    await world.admin_until(async () => (await state(id)) === 'revoked', { what: 'taken back' })
    assert.equal(await state(first.id), 'active')
    const taken_back = async () =>
      (await world.admin.get('/audit')).items.find(({ action }) => action === 'rotation_rolled_back')
    const deed = await world.admin_until(taken_back)
    assert.equal(deed.actor, 'system')
    assert.equal(deed.args.thumbprint, thumbprint)
    const before = world.halo.deliveries().length
    world.halo.add_ticket()
    const last = await until(() => world.halo.deliveries().length > before && world.halo.deliveries().at(-1))
    assert.equal(last.responsestatus, 200)
  } finally {
    await world.close()
  }
})

for (const way of ['refused', 'ignored']) {
  it(`no PFX is taken by the API (${way}): two steps for the admin, nothing left behind`, async () => {
    const world = await start({ guide: 'nothing', rights: 'admin', behaviour: { certificate_upload: way } })
    try {
      const { items } = await mend(world, '/checks/fix-all')
      const { done, error } = items.find(({ id }) => id === 'certificate.installed')
      assert.deepEqual([done, error !== null], [false, true])
      assert.deepEqual(world.halo.instance.certificates.all(), [])
      const [{ id }] = (await world.admin.get('/certificates')).items
      assert.equal((await mend(world, `/certificates/${id}/install`)).install.state, 'by_hand')
      assert.equal((await world.admin.get(`/certificates/${id}`)).pfx_available, true)
    } finally {
      await world.close()
    }
  })
}

it('the stream tells the checks when they have been run', async () => {
  const world = await start({ guide: 'done', rights: 'guide' })
  try {
    const stream = await EventStream.open(world.daemon, '/stream?topics=checks', {
      Authorization: `Bearer ${world.daemon.admin_key}`,
    })
    await world.admin.post('/checks/run')
    await stream.find('checks', ({ running, items }) => !running && items.length > 0)
    assert.deepEqual(stream.contract_problems(), [])
    stream.close()
  } finally {
    await world.close()
  }
})
