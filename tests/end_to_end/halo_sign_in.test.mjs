// The daemon signs in to the practice HaloPSA, in each of the ways in which HaloPSA may answer.
import assert from 'node:assert/strict'
import { after, afterEach, before, describe, it } from 'node:test'
import { default_behaviour } from '../practice/halopsa/behaviour.mjs'
import { idle } from './support/checks.mjs'
import { World } from './support/world.mjs'

const NOT_EVERYWHERE = ['read:contacts', 'edit:contacts', 'read:timesheet', 'edit:timesheet']

describe('signing in to HaloPSA', () => {
  let world, halo
  before(async () => {
    world = await World.start({ halo: {}, cloud: null, certificate: false })
    halo = world.halo
    await idle(world)
  })
  after(() => world?.close())
  afterEach(() => {
    halo.behave(default_behaviour())
    halo.clear_faults()
  })

  // The steps of the admin's test, each with its verdict: the name where it went well, else its code.
  const test_steps = async () => {
    const { steps } = await world.admin.post('/halo/test')
    return steps.map(({ step, ok, code }) => (ok ? step : code))
  }
  const ALL_WELL = ['discovery', 'token', 'call']

  it('takes the place that HaloPSA names, and knows itself as the agent', async () => {
    assert.deepEqual(await test_steps(), ALL_WELL)
    const { state, scopes } = await world.admin.get('/halo')
    assert.deepEqual([state, scopes.granted.length, scopes.refused], ['ok', 17, []])
    const [call] = (await world.admin.get('/halo/calls')).items
    assert.deepEqual([call.method, call.status, call.error], ['GET', 200, null])
  })

  it('takes the usual place where HaloPSA names none, or answers with a page', async () => {
    for (const authinfo of ['missing', 'html']) {
      halo.behave({ authinfo })
      assert.deepEqual(await test_steps(), ALL_WELL, authinfo)
    }
  })

  it('gives no secret to another host, whether authinfo names it or an answer redirects there', async () => {
    halo.behave({ authinfo: 'other_host' })
    assert.deepEqual(await test_steps(), ALL_WELL)
    assert.equal(world.daemon.log_has(/names another host for tokens/), true)
    halo.behave({ authinfo: 'told' })
    halo.fault({ on: 'POST /auth/token', kind: 'redirect', to: `${halo.url}/elsewhere`, times: 1 })
    assert.deepEqual(await test_steps(), ['discovery', 'halo_answer_unexpected'])
    assert.equal(halo.api_calls('/elsewhere').length, 0)
  })

  it('names its tenant to a hosted HaloPSA', async () => {
    halo.behave({ tenant: 'a tenant & co' })
    assert.deepEqual(await test_steps(), ALL_WELL)
  })

  it('finds the permissions that HaloPSA does not know, and goes on with the others', async () => {
    halo.behave({ guide_scopes: 'unknown' })
    assert.deepEqual(await test_steps(), ALL_WELL)
    const { scopes } = await world.admin.get('/halo')
    assert.deepEqual(scopes.refused.sort(), [...NOT_EVERYWHERE].sort())
    assert.equal(scopes.granted.length, 13)
    const last = halo.api_calls('POST /auth/token').at(-1)
    for (const scope of NOT_EVERYWHERE) assert.ok(!last.body.includes(scope))
  })

  it('does the same where HaloPSA names no granted permissions, or calls it an invalid request', async () => {
    const { application } = halo.guide
    const all = application.scopes
    application.scopes = all.filter((scope) => !NOT_EVERYWHERE.includes(scope))
    halo.behave({ token_scope: 'absent', refused_scope: 'invalid_request' })
    assert.deepEqual(await test_steps(), ALL_WELL)
    const { scopes } = await world.admin.get('/halo')
    assert.deepEqual(scopes.refused.sort(), [...NOT_EVERYWHERE].sort())
    application.scopes = all
  })

  it('says that the credentials are wrong, however HaloPSA puts it', async () => {
    const { application } = halo.guide
    const { client_secret } = application
    application.client_secret = 'another'
    for (const invalid_client_status of ['401', '400']) {
      halo.behave({ invalid_client_status })
      assert.deepEqual(await test_steps(), ['discovery', 'halo_credentials_refused'])
    }
    halo.behave({ invalid_client_status: '401', oauth_errors: 'html' })
    assert.deepEqual(await test_steps(), ['discovery', 'halo_credentials_refused'])
    const { advice } = await world.admin.get('/halo')
    assert.equal(advice.code, 'advice_halo_credentials')
    application.client_secret = client_secret
  })

  for (const errors of ['string', 'error', 'error_description', 'class_name', 'result_code', 'html'])
    it(`shows a refusal in HaloPSA’s own words, in the shape ${errors}`, async () => {
      halo.behave({ errors })
      halo.fault({ on: 'GET /api/Agent', kind: 'status', status: 403, times: 1 })
      const { steps } = await world.admin.post('/halo/test')
      assert.deepEqual([steps.at(-1).step, steps.at(-1).ok], ['call', false])
      assert.match(steps.at(-1).text, /The service is not available/)
      assert.doesNotMatch(steps.at(-1).text, /<|\{/)
    })

  it('waits as long as HaloPSA asks where it was called too often, and then goes on', async () => {
    halo.fault({ on: 'GET /api/Agent', kind: 'rate_limited', retry_after: 5, times: 1 })
    const from = performance.now()
    assert.deepEqual(await test_steps(), ALL_WELL)
    assert.ok(performance.now() - from >= 4_900)
  })

  const SPOILT = {
    huge: 'halo_answer_too_large',
    not_json: 'halo_answer_unexpected',
    cut: 'halo_timeout',
  }
  for (const [kind, code] of Object.entries(SPOILT))
    it(`says ${code} of an answer that is ${kind}, and is well again after it`, async () => {
      halo.fault({ on: 'GET /api/Agent', kind, times: 1 })
      assert.deepEqual(await test_steps(), ['discovery', 'token', code])
      assert.deepEqual(await test_steps(), ALL_WELL)
    })

  it('writes no secret and no token into its log', async () => {
    assert.ok(halo.api_calls('POST /auth/token').length > 10)
    const log = world.daemon.lines.join('\n')
    assert.ok(!log.includes(halo.client_secret))
    assert.doesNotMatch(log, /Bearer/)
  })
})
