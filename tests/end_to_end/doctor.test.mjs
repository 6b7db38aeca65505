// `mizo-relay doctor`: the setup guide from a terminal or a script, against the practice HaloPSA.
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { mend } from './support/checks.mjs'
import { command } from './support/command.mjs'
import { schema_problem } from './support/contract.mjs'
import { World } from './support/world.mjs'

const DONE = 0
const FAILED = 1
const USAGE = 2
const UNREACHABLE = 3

describe('doctor', { timeout: 180_000 }, () => {
  let world
  before(async () => {
    const halo = { guide: 'nothing', rights: 'admin' }
    world = await World.start({ cloud: null, certificate: false, halo })
    await world.admin.patch('/settings', { 'scope.ticket_types': ['1', '2', '3', '4', '25'] })
    await mend(world, '/checks/fix-all')
  })
  after(() => world?.close())

  const doctor = (...options) => command(world.daemon, ['doctor', ...options])

  async function doctor_json(...options) {
    const { code, out, err } = await doctor('--json', ...options)
    assert.equal(err, '')
    const checks = JSON.parse(out)
    assert.equal(schema_problem('Checks', checks), null)
    const wrong = checks.items.filter(({ verdict }) => verdict === 'wrong').map(({ id }) => id)
    return { code, checks, wrong }
  }

  it('succeeds where nothing is wrong, and shows only what is left to do', async () => {
    const { code, out, err } = await doctor()
    assert.deepEqual([code, err], [DONE, ''])
    assert.match(out, /^\d+ checks right, 0 wrong, 0 beyond the relay's rights, 3 not yet$/m)
    assert.match(out, /not yet {2}Webhooks arrive here/)
    assert.doesNotMatch(out, /Its payload URL/)
    assert.match((await doctor('--all', '--last')).out, /right {2}Its payload URL/)
    assert.deepEqual((await doctor_json()).wrong, [])
  })

  it('fails where one step is wrong, and says what to do about it', async () => {
    const [webhook] = world.halo.instance.webhooks.all()
    const { url } = webhook
    webhook.url += 'x'
    const { code, wrong, checks } = await doctor_json()
    assert.deepEqual([code, wrong], [FAILED, ['webhook.url']])
    const { found, advice } = checks.items.find(({ id }) => id === 'webhook.url')
    assert.equal(found.args.value, webhook.url)
    const last = await doctor('--last')
    assert.equal(last.code, FAILED)
    assert.match(last.out, /WRONG {2}Its payload URL/)
    assert.ok(last.out.includes(`    ${advice.text}\n`))
    assert.match(last.out, /The relay can do this/)
    webhook.url = url
    assert.equal((await doctor()).code, DONE, 'it looks anew')
  })

  it('succeeds where the rights do not reach, and counts what could not be looked at', async () => {
    const { application } = world.halo.guide
    const { scopes } = application
    application.scopes = scopes.filter((scope) => scope !== 'admin')
    world.halo.forget_tokens()
    const { code, out } = await doctor()
    assert.equal(code, DONE, out)
    assert.match(out, /no rights {2}Its payload URL/)
    assert.match(out, / [1-9]\d* beyond the relay's rights/)
    application.scopes = scopes
    world.halo.forget_tokens()
  })

  it('fails where HaloPSA is down, names that alone as wrong, and shows no secret', async () => {
    await world.halo.close()
    const { code, wrong, checks } = await doctor_json()
    assert.deepEqual([code, wrong], [FAILED, ['api.reachable']])
    const [api, url] = ['api.reachable', 'webhook.url'].map((name) =>
      checks.items.find(({ id }) => id === name),
    )
    assert.match(api.found.text, /refused the connection/)
    assert.deepEqual([url.verdict, url.found.code], ['not_yet', 'check_waits_for_halo'])
    const { out } = await doctor('--all')
    for (const secret of [world.halo.client_secret, world.halo.guide.tab_secret])
      assert.ok(!out.includes(secret) && !JSON.stringify(checks).includes(secret))
  })

  it('says that the daemon does not answer, and what to look at', async () => {
    await world.daemon.stop()
    for (const options of [[], ['--json'], ['--last']]) {
      const { code, out, err } = await doctor(...options)
      assert.deepEqual([code, out], [UNREACHABLE, ''])
      assert.match(err, /the daemon does not answer at 127\.0\.0\.1:\d+.*\n.*systemctl status/)
    }
    assert.equal((await doctor('--jason')).code, USAGE)
  })
})
