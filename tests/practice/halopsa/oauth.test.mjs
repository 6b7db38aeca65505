// Signing in: where, with what, and what is refused.
import assert from 'node:assert/strict'
import fs from 'node:fs'
import { test } from 'node:test'
import { http_call } from '../../end_to_end/support/http_call.mjs'
import { temporary_folder } from '../support/temporary.mjs'
import { call_api, get_token, start_halo } from '../support/test_halo.mjs'
import { make_server_certificate } from '../support/tls.mjs'
import { GUIDE_SCOPES } from './scopes.mjs'

test('authinfo says where tokens are, and a token opens the API until it ends', async (t) => {
  const halo = await start_halo(t)
  const info = await (await fetch(`${halo.url}/api/authinfo`)).json()
  assert.equal(info.auth_url, `${halo.url}/auth/`)
  const { status, body } = await get_token(halo, { scope: GUIDE_SCOPES.join(' ') })
  assert.deepEqual([status, body.token_type, body.expires_in], [200, 'Bearer', 3600])
  assert.equal(body.scope, GUIDE_SCOPES.join(' '))
  const me = await call_api(halo, body.access_token, { path: '/Agent/me' })
  assert.deepEqual([me.status, me.body.name, me.body.isapiagent], [200, 'Mizo Agent', true])
  halo.advance(3600_000)
  assert.equal((await call_api(halo, body.access_token, { path: '/Agent/me' })).status, 401)
})

test('a wrong secret is invalid_client, with 401 or with 400', async (t) => {
  const halo = await start_halo(t)
  const wrong = await get_token(halo, { client_secret: 'wrong' })
  assert.deepEqual([wrong.status, wrong.body.error], [401, 'invalid_client'])
  halo.behave({ invalid_client_status: 400 })
  assert.equal((await get_token(halo, { client_id: 'nobody' })).status, 400)
})

test('one permission that HaloPSA does not know fails the whole request', async (t) => {
  const halo = await start_halo(t, { behaviour: { guide_scopes: 'unknown' } })
  const all = await get_token(halo, { scope: GUIDE_SCOPES.join(' ') })
  assert.deepEqual([all.status, all.body.error], [400, 'invalid_scope'])
  const without = GUIDE_SCOPES.filter((scope) => !/timesheet|contacts/.test(scope))
  assert.equal((await get_token(halo, { scope: without.join(' ') })).status, 200)
})

test('a permission that the application does not have is refused, by either name', async (t) => {
  const halo = await start_halo(t)
  assert.equal((await get_token(halo, { scope: 'read:tickets admin' })).body.error, 'invalid_scope')
  halo.behave({ refused_scope: 'invalid_request' })
  assert.equal((await get_token(halo, { scope: 'read:tickets admin' })).body.error, 'invalid_request')
})

test('none asked is none granted, and nothing opens', async (t) => {
  const halo = await start_halo(t)
  const { body } = await get_token(halo, { scope: '' })
  assert.equal(body.scope, '')
  for (const path of ['/Agent/me', '/Tickets', '/Lookup'])
    assert.equal((await call_api(halo, body.access_token, { path })).status, 403)
})

test('a hosted instance wants its tenant, and answers in HTML without it', async (t) => {
  const halo = await start_halo(t, { behaviour: { tenant: 'msp' } })
  const bare = await get_token(halo)
  assert.deepEqual([bare.status, bare.body], [404, null])
  assert.equal((await get_token(halo, { query: '?tenant=msp' })).status, 200)
})

test('authinfo may be missing, a page, or name another host; errors may be pages of IIS', async (t) => {
  const halo = await start_halo(t, { behaviour: { authinfo: 'missing' } })
  const ask = () => fetch(`${halo.url}/api/authinfo`)
  assert.equal((await ask()).status, 404)
  halo.behave({ authinfo: 'html' })
  assert.match((await ask()).headers.get('content-type'), /html/)
  halo.behave({ authinfo: 'other_host', oauth_errors: 'html' })
  assert.match((await (await ask()).json()).auth_url, /elsewhere/)
  const wrong = await get_token(halo, { client_secret: 'wrong' })
  assert.match(wrong.text, /<title>IIS/)
})

test('several applications have permissions of their own, and one may be switched off', async (t) => {
  const halo = await start_halo(t)
  const other = halo.instance.add_application({ name: 'Reports', agent_id: 4, scopes: ['read:kb'] })
  const sign_in = (scope) => get_token(halo, { ...other, scope })
  assert.equal((await sign_in('read:tickets')).status, 400)
  const { body } = await sign_in('read:kb')
  assert.equal((await call_api(halo, body.access_token, { path: '/Agent/me' })).body.id, 4)
  assert.equal((await call_api(halo, body.access_token, { path: '/Tickets' })).status, 403)
  other.inactive = true
  assert.equal((await call_api(halo, body.access_token, { path: '/KBArticle' })).status, 401)
  assert.equal((await sign_in('read:kb')).body.error, 'invalid_client')
})

test('the API is served over https where it has a certificate', async (t) => {
  const secure = make_server_certificate({ folder: temporary_folder(t) })
  const halo = await start_halo(t, { api_tls: secure })
  assert.match(halo.url, /^https:/)
  const ask = (ca) => http_call({ url: `${halo.url}/api/authinfo`, ...(ca ? { ca } : {}) })
  await assert.rejects(ask(), /certificate/)
  const { body } = await ask(fs.readFileSync(secure.ca_file))
  assert.equal(JSON.parse(body).auth_url, `${halo.url}/auth/`)
})
