// What goes wrong with the API's answers on demand.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { start_caller } from '../support/test_halo.mjs'

test('a fault is of the calls that it names, and of so many of them', async (t) => {
  const { halo, api, refused } = await start_caller(t)
  halo.fault({ on: 'GET /api/Team', kind: 'status', status: 502, times: 2 })
  await api('GET', '/Agent/me')
  assert.equal((await refused('GET', '/Team')).status, 502)
  assert.equal((await refused('GET', '/Team')).status, 502)
  await api('GET', '/Team')
  assert.deepEqual(
    halo.api_calls('get /api/team').map(({ status, fault }) => [status, fault]),
    [
      [502, 'status'],
      [502, 'status'],
      [200, undefined],
    ],
  )
})

test('an action is done, and only its answer is lost: it was not idempotent', async (t) => {
  const { halo, api } = await start_caller(t)
  const { id } = halo.add_ticket()
  halo.fault({ on: 'POST /api/Actions', kind: 'cut', times: 1 })
  const action = { ticket_id: id, outcome: 'Private Note', note: 'once' }
  await assert.rejects(api('POST', '/Actions', action))
  assert.equal((await api('GET', `/Actions?ticket_id=${id}`)).record_count, 1)
  halo.fault({ on: 'POST /api/Actions', kind: 'status', times: 1 })
  await assert.rejects(api('POST', '/Actions', action), /503/)
  assert.equal((await api('GET', `/Actions?ticket_id=${id}`)).record_count, 1)
  halo.fault({ on: 'POST /api/Actions', kind: 'status', times: 1, done: true })
  await assert.rejects(api('POST', '/Actions', action), /503/)
  assert.equal((await api('GET', `/Actions?ticket_id=${id}`)).record_count, 2)
})

test('a call that hangs has no answer, until faults are cleared', async (t) => {
  const { halo, token, api } = await start_caller(t)
  halo.fault({ on: '/api/Status', kind: 'hang' })
  const signal = AbortSignal.timeout(50)
  const headers = { Authorization: `Bearer ${token}` }
  await assert.rejects(fetch(`${halo.url}/api/Status`, { headers, signal }), /aborted/)
  halo.clear_faults()
  await api('GET', '/Status')
})

test('slow, huge, not JSON, a page, a redirect, a refusal for the rate', async (t) => {
  const { halo, api, refused, token } = await start_caller(t)
  const next = (kind, more = {}) => halo.fault({ on: '/api/Team', kind, times: 1, ...more })
  next('slow', { ms: 30 })
  const from = performance.now()
  await api('GET', '/Team')
  assert.ok(performance.now() - from > 25)
  next('huge', { bytes: 3_000_000 })
  assert.ok((await api('GET', '/Team')).padding.length === 3_000_000)
  next('not_json')
  assert.equal(await api('GET', '/Team'), null)
  next('html', { status: 200 })
  const page = await fetch(`${halo.url}/api/Team`, { headers: { Authorization: `Bearer ${token}` } })
  assert.match(await page.text(), /^<!DOCTYPE html/)
  next('redirect', { to: 'https://thief.example/' })
  const redirect = await refused('GET', '/Team')
  assert.deepEqual([redirect.status, redirect.headers.get('location')], [302, 'https://thief.example/'])
  next('rate_limited', { retry_after: 9 })
  const limited = await refused('GET', '/Team')
  assert.deepEqual([limited.status, limited.headers.get('retry-after')], [429, '9'])
})

test('the sign-in has its faults too, and an unknown fault or switch is named', async (t) => {
  const { halo, refused } = await start_caller(t)
  halo.fault({ on: 'POST /auth/token', kind: 'html', status: 503 })
  const answer = await fetch(`${halo.url}/auth/token`, { method: 'POST', body: '' })
  assert.equal(answer.status, 503)
  assert.throws(() => halo.fault({ kind: 'earthquake' }), /slow, hang/)
  assert.throws(() => halo.behave({ weather: 'bad' }), /no switch weather/)
  assert.throws(() => halo.behave({ missing_right: 404 }), /403, 401/)
  halo.forget_tokens()
  assert.equal((await refused('GET', '/Team')).status, 401)
})

test('the calls that were made are known, and no secret is among them', async (t) => {
  const { halo, api } = await start_caller(t)
  await api('POST', '/Tickets', { summary: 'Kept' })
  const text = JSON.stringify(halo.api_calls())
  assert.match(halo.api_calls('POST /api/Tickets')[0].body, /Kept/)
  assert.equal(halo.api_calls('POST /api/Tickets')[0].application, 'Mizo Agent')
  assert.doesNotMatch(text, new RegExp(halo.client_secret))
  assert.doesNotMatch(text, /Bearer/)
})
