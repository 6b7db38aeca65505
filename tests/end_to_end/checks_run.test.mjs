// A run of all checks: how far it is, how long it takes at most, and how much it asks of HaloPSA.
import assert from 'node:assert/strict'
import { after, afterEach, before, describe, it } from 'node:test'
import { idle, looked } from './support/checks.mjs'
import { World } from './support/world.mjs'

const CALLS_AT_MOST = 40 // of the 400 in 5 minutes
const HOUR = 3_600_000

describe('a run of all checks', { timeout: 180_000 }, () => {
  let world
  before(async () => {
    world = await World.start({ cloud: null, certificate: false, halo: { guide: 'done', rights: 'admin' } })
    await world.admin.patch('/settings', { 'scope.ticket_types': ['1', '2', '3', '4', '25'] })
    await looked(world)
  })
  after(() => world?.close())
  afterEach(() => world.halo.clear_faults())

  // What the page sees of the run, from its beginning to its end.
  async function watched() {
    const seen = []
    await world.admin.post('/checks/run')
    const ended = async () => {
      const checks = await world.admin.get('/checks')
      seen.push(checks)
      return !checks.running
    }
    await world.admin_until(ended, { what: 'the run has ended', timeout_ms: 60_000 })
    return seen
  }

  it('shows how far it is, asks little of HaloPSA, and is due again in a day', async () => {
    world.halo.fault({ on: 'GET /api/', kind: 'slow', ms: 100 })
    await idle(world)
    const before = world.halo.api_calls().length
    const seen = await watched()
    const last = seen.at(-1)
    const steps = seen.filter(({ running }) => running).map(({ progress }) => progress.done)
    assert.ok(steps.some((done) => done > 0 && done < last.progress.total), `progress ${steps}`)
    assert.deepEqual(steps, [...steps].sort((a, b) => a - b))
    assert.equal(last.progress.done, last.progress.total)
    assert.ok(world.halo.api_calls().length - before <= CALLS_AT_MOST)
    const due_in = Date.parse(last.next_at) - Date.now()
    assert.ok(due_in > 23 * HOUR && due_in <= 24 * HOUR)
  })

  it('ends within half a minute though HaloPSA takes its time, and says what it could not see', async () => {
    world.halo.fault({ on: 'GET /api/', kind: 'slow', ms: 4_000 })
    const from = Date.now()
    const seen = await watched()
    const last = seen.at(-1)
    assert.ok(Date.parse(last.ran_at) - from < 35_000, `it took ${Date.parse(last.ran_at) - from} ms`)
    const unread = last.items.filter(({ verdict }) => verdict === 'not_yet')
    assert.ok(unread.some(({ found }) => found.code === 'check_unreadable'))
    assert.ok(last.items.some(({ id, verdict }) => id === 'api.reachable' && verdict === 'right'))
  })

  it('begins once, however often it is asked for', async () => {
    world.halo.fault({ on: 'GET /api/', kind: 'slow', ms: 100 })
    const before = world.halo.api_calls('/api/Tabs').length
    await Promise.all(Array.from({ length: 5 }, () => world.admin.post('/checks/run')))
    await idle(world)
    assert.equal(world.halo.api_calls('/api/Tabs').length - before, 1)
  })
})
