// What Mizo asks of HaloPSA through the relay, and what it commands: allowed, bounded, done once, and written
// down.
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { until } from '../practice/support/until.mjs'
import { in_world, note, request } from './support/agent_calls.mjs'

const RESOLVED = 8

const resolve_action = (world) =>
  world.halo.instance.outcomes.find(({ outcome }) => outcome === 'Mizo resolve')

const calls = async (world, query = '') => (await world.admin.get(`/agent/calls${query}`)).items

const written = (world, count) =>
  until(async () => (await calls(world)).length >= count, { what: `${count} calls are written down` })

describe('a request of Mizo’s', { concurrency: 3 }, () => {
  it('reaches HaloPSA with the credentials that stay here, and its answer comes back', () =>
    in_world(async (world) => {
      const ticket = world.halo.add_ticket({ summary: 'It burns' })
      const answer = await request(world, 'GET', `Tickets/${ticket.id}`, { query: { includedetails: true } })
      assert.equal(answer.status, 200)
      assert.equal(answer.body.summary, 'It burns')
      assert.deepEqual(Object.keys(answer.headers).sort(), ['content-type', 'date'])
      await written(world, 1)
      const [call] = await calls(world, `?ticket=${ticket.id}`)
      assert.equal(call.outcome, 'done')
      assert.equal(call.method, 'GET')
      world.assert_contract_kept()
    }))

  it('that is not on the allow-list does not touch HaloPSA', () =>
    in_world(async (world) => {
      // Checks and reconciling ask HaloPSA by themselves meanwhile: the agent's own calls count.
      const asked = async () => (await world.admin.get('/halo/calls?purpose=agent')).items.length
      const before = await asked()
      const hostile = ['Webhook', 'Certificate', 'Tickets/../../auth/token', '%2e%2e/auth', 'Tickets//1']
      for (const path of hostile) {
        const { error } = await request(world, 'GET', path)
        assert.equal(error?.code, 'denied', path)
      }
      assert.equal((await request(world, 'POST', 'Outcome', { body: [{}] })).error.code, 'denied')
      assert.equal((await request(world, 'DELETE', 'Tickets/1')).error.code, 'denied')
      assert.equal(await asked(), before)
      const { counts } = await world.admin.get('/agent')
      assert.equal(counts.denied, 7)
      world.assert_contract_kept()
    }))

  it('is denied while the one switch is off, and served again with it', () =>
    in_world(async (world) => {
      await world.admin.patch('/settings', { 'agent.enabled': false })
      assert.equal((await request(world, 'GET', 'Status')).error.code, 'denied')
      await world.admin.patch('/settings', { 'agent.enabled': true, 'agent.allow': ['all:teams'] })
      assert.equal((await request(world, 'GET', 'Status')).error.code, 'denied')
      assert.equal((await request(world, 'GET', 'Team')).status, 200)
      world.assert_contract_kept()
    }))

  it('may be cancelled, and ends with its link', () =>
    in_world(async (world) => {
      world.halo.fault({ kind: 'hang', on: 'GET /api/Status' })
      const rid = '5d8f2c1a-6b7e-4d3c-9f0a-1b2c3d4e5f60'
      const asked = request(world, 'GET', 'Status', { rid })
      await until(() => world.halo.api_calls('/Status').length > 0)
      world.cloud.send({ t: 'cancel', rid })
      assert.equal((await asked).error.code, 'cancelled')
      world.cloud.send({ t: 'request', rid, deadline_ms: 60_000, method: 'GET', path: 'Status' })
      await until(async () => (await world.admin.get('/agent')).in_hand === 1)
      world.cloud.fault({ fault: 'close' })
      await until(async () => (await world.admin.get('/agent')).in_hand === 0)
      await written(world, 2)
      const [last] = await calls(world)
      assert.equal(last.error.code, 'agent_link_lost')
    }))

  it('that HaloPSA does not answer in time is told so', () =>
    in_world(async (world) => {
      world.halo.fault({ kind: 'hang', on: 'GET /api/Status' })
      const { error } = await request(world, 'GET', 'Status', { deadline_ms: 300 })
      assert.equal(error.code, 'timeout')
      world.halo.clear_faults()
      world.halo.fault({ kind: 'huge', on: 'GET /api/Status' })
      assert.equal((await request(world, 'GET', 'Status')).error.code, 'too_large')
    }))
})

describe('a note of Mizo’s', { concurrency: 3 }, () => {
  it('with the same key is added once, also over a restart', () =>
    in_world(async (world) => {
      const ticket = world.halo.add_ticket()
      const order = { body: note(ticket), idempotency_key: `note-${ticket.id}` }
      const first = await request(world, 'POST', 'Actions', order)
      assert.equal(first.status, 201)
      assert.deepEqual((await request(world, 'POST', 'Actions', order)).body, first.body)
      await world.daemon.stop()
      await world.daemon.restart()
      await world.linked()
      const third = await request(world, 'POST', 'Actions', order)
      assert.deepEqual(third.body, first.body)
      assert.equal(third.headers['mizo-repeated'], 'true')
      assert.equal(world.halo.instance.actions_of(ticket.id).length, 1)
      const other = { ...order, body: note(ticket, { note: 'another' }) }
      assert.equal((await request(world, 'POST', 'Actions', other)).error.code, 'denied')
      world.assert_contract_kept()
    }))

  it('whose answer is lost is read back before anything is said', () =>
    in_world(async (world) => {
      const ticket = world.halo.add_ticket()
      world.halo.fault({ kind: 'hang', on: 'POST /api/Actions', times: 1, done: true })
      const order = { body: note(ticket), deadline_ms: 2_000, idempotency_key: 'lost' }
      const answer = await request(world, 'POST', 'Actions', order)
      assert.equal(answer.headers['mizo-read-back'], 'found')
      assert.equal(answer.body.note, 'Looked at it')
      assert.equal(world.halo.instance.actions_of(ticket.id).length, 1)
    }))

  it('that never came is told as most likely not done, and may be asked again', () =>
    in_world(async (world) => {
      const ticket = world.halo.add_ticket()
      world.halo.fault({ kind: 'hang', on: 'POST /api/Actions', times: 1 })
      const order = { body: note(ticket), deadline_ms: 1_000, idempotency_key: 'never' }
      const { error } = await request(world, 'POST', 'Actions', order)
      assert.equal(error.code, 'timeout')
      assert.match(error.text, /not done/)
      assert.equal((await request(world, 'POST', 'Actions', order)).status, 201)
      assert.equal(world.halo.instance.actions_of(ticket.id).length, 1)
    }))

  it('comes back as an event of our own', () =>
    in_world(async (world) => {
      const ticket = world.halo.add_ticket()
      await until(async () => (await world.admin.get('/agent')).self?.name === 'Mizo Agent')
      await request(world, 'POST', 'Actions', { body: note(ticket) })
      const events = async () => (await world.admin.get(`/events?ticket=${ticket.id}`)).items
      const added = await until(async () => (await events()).find(({ kind }) => kind === 'action_added'))
      assert.equal(added.own, true)
      const created = (await events()).find(({ kind }) => kind === 'created')
      assert.equal(created.own, false)
    }))
})

describe('“Mizo resolve”', { concurrency: 3 }, () => {
  const order = (ticket, more = {}) => ({
    body: [{ ticket_id: ticket.id, outcome: 'Mizo resolve', note_html: '<p>Done</p>', ...more }],
  })

  it('sets the status that the admin chose for it, and the ticket is read back', () =>
    in_world(async (world) => {
      const ticket = world.halo.add_ticket()
      const answer = await request(world, 'POST', 'Actions', order(ticket))
      assert.equal(answer.status, 201)
      assert.equal(answer.headers['mizo-status-verified'], 'true')
      const expected = resolve_action(world).newstatus
      assert.equal(answer.headers['mizo-ticket-status'], `${expected}`)
      assert.equal(world.halo.instance.tickets.get(ticket.id).status_id, expected)
    }))

  it('that leaves the status as it was is told as such', () =>
    in_world(async (world) => {
      world.halo.behave({ new_status: 'ignored' })
      const ticket = world.halo.add_ticket()
      const answer = await request(world, 'POST', 'Actions', order(ticket, { new_status: RESOLVED }))
      assert.equal(answer.status, 201)
      assert.equal(answer.headers['mizo-status-verified'], 'false')
      assert.equal(answer.headers['mizo-ticket-status'], '1')
    }))

  it('is denied where automation.resolve is off, however it is written', () =>
    in_world(
      async (world) => {
        const ticket = world.halo.add_ticket()
        const resolve = resolve_action(world)
        for (const action of [
          { outcome: 'Mizo resolve' },
          { OUTCOME: ' mizo RESOLVE' },
          { outcome_id: resolve.id },
          { outcome: 'Close' },
          { outcome: 'Private Note', New_Status: 9 },
        ]) {
          const body = [{ ticket_id: ticket.id, ...action }]
          const { error } = await request(world, 'POST', 'Actions', { body })
          assert.equal(error?.code, 'denied', JSON.stringify(action))
          assert.match(error.text, /automation\.resolve/)
        }
        assert.equal(world.halo.instance.actions_of(ticket.id).length, 0)
      },
      { settings: { 'automation.resolve': 'off' } },
    ))
})

describe('a command of Mizo’s', { concurrency: 3 }, () => {
  const command = (world, name, args = {}) => world.cloud.ask({ t: 'command', name, args })

  it('sets the ticket types in scope, unless the file pins them', () =>
    in_world(async (world) => {
      const done = await command(world, 'set_scope', { ticket_types: [1, 3] })
      assert.equal(done.ok, true)
      assert.deepEqual((await world.admin.get('/settings'))['scope.ticket_types'].value.map(Number), [1, 3])
      await written(world, 1)
      const actions = (await world.admin.get('/audit')).items.filter(({ actor }) => actor === 'cloud')
      assert.deepEqual(actions.map(({ action }) => action).sort(), ['command_given', 'settings_changed'])
      for (const args of [{}, { ticket_types: 'all' }, { ticket_types: [] }, { ticket_types: [0] }])
        assert.equal((await command(world, 'set_scope', args)).code, 'malformed')
      await world.daemon.stop()
      world.daemon.settings['scope.ticket_types'] = '4'
      await world.daemon.restart()
      await world.linked()
      assert.equal((await command(world, 'set_scope', { ticket_types: [1] })).code, 'denied')
    }))

  it('offers a new certificate once, and the admin is told', () =>
    in_world(async (world) => {
      const delivered = await world.send({ kind: 'created' })
      assert.equal(delivered.responsestatus, 200)
      const done = await command(world, 'offer_rotation')
      assert.equal(done.ok, true, done.text)
      const { items } = await world.admin.get('/certificates')
      const made = items.find(({ id }) => id === done.result.id)
      assert.equal(made.state, 'pending')
      assert.equal(made.thumbprint, done.result.thumbprint)
      await world.alert('certificate_pending')
      assert.equal((await command(world, 'offer_rotation')).code, 'conflict')
    }))

  it('collects diagnostics without a secret and within bounds', () =>
    in_world(async (world) => {
      const done = await command(world, 'collect_diagnostics')
      assert.equal(done.ok, true)
      const text = JSON.stringify(done.result)
      assert.ok(text.length < 300_000)
      assert.equal(done.result.status.version.length > 0, true)
      assert.ok(done.result.files.some(({ name }) => name === 'log.txt'))
      for (const secret of [world.halo.client_secret, world.daemon.admin_key, world.webhook_path])
        assert.ok(!text.includes(secret))
    }))

  it('is refused where the admin switched it off, or nobody knows it', () =>
    in_world(
      async (world) => {
        assert.equal((await command(world, 'set_scope', { ticket_types: [1] })).code, 'denied')
        const { commands } = await world.admin.get('/agent')
        assert.deepEqual(
          commands.map(({ name, allowed }) => [name, allowed]),
          [
            ['reconcile', false],
            ['collect_diagnostics', true],
            ['offer_rotation', false],
            ['set_scope', false],
          ],
        )
        const metrics = (await world.admin.request('GET', '/metrics')).body.toString()
        assert.match(metrics, /mizo_relay_agent_requests_total\{outcome="denied"\} 1/)
      },
      { settings: { 'agent.commands': 'collect_diagnostics' } },
    ))
})
