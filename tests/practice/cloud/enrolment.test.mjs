// Enrolment, key rotation, and every reason for which a token is refused.
import assert from 'node:assert/strict'
import { generateKeyPairSync } from 'node:crypto'
import { test } from 'node:test'
import { start_cloud } from '../support/test_cloud.mjs'
import { TestRelay, connect_live, make_key, make_token, post_json } from '../support/test_relay.mjs'

const enroll_body = (code, over = {}) => ({
  code,
  public_key: make_key().jwk,
  name: 'n',
  version: '1',
  os: 'linux',
  ...over,
})
const try_enroll = (cloud, body) => post_json(`${cloud.base_url}/link/v1/enroll`, body)

test('a code enrols once', async (t) => {
  const { cloud } = await start_cloud(t)
  const code = cloud.make_code()
  assert.equal((await try_enroll(cloud, enroll_body(code))).status, 201)
  assert.equal((await try_enroll(cloud, enroll_body(code))).status, 403)
  assert.equal((await try_enroll(cloud, enroll_body('UNKNOWN'))).status, 403)
})

test('a code ends at its time, and works one millisecond before', async (t) => {
  const { cloud } = await start_cloud(t)
  const now = Date.now()
  cloud.now = () => now
  const [early, late] = [cloud.make_code(), cloud.make_code()]
  cloud.now = () => now + 15 * 60 * 1000 - 1
  assert.equal((await try_enroll(cloud, enroll_body(early))).status, 201)
  cloud.now = () => now + 15 * 60 * 1000
  assert.equal((await try_enroll(cloud, enroll_body(late))).status, 403)
})

test('a malformed enrolment is answered 400 and leaves the code usable', async (t) => {
  const { cloud } = await start_cloud(t)
  const code = cloud.make_code()
  const { private_key, jwk } = make_key()
  const off_curve = { ...jwk, y: jwk.x }
  for (const body of [
    {},
    [],
    enroll_body(code, { name: 7 }),
    enroll_body(code, { public_key: private_key.export({ format: 'jwk' }) }),
    enroll_body(code, { public_key: off_curve }),
    enroll_body(code, { public_key: { ...jwk, crv: 'P-384' } }),
  ])
    assert.equal((await try_enroll(cloud, body)).status, 400, JSON.stringify(body))
  assert.equal((await try_enroll(cloud, enroll_body(code))).status, 201)
})

test('enrolment can be refused with 429 and Retry-After', async (t) => {
  const { cloud } = await start_cloud(t)
  await cloud.fault({ fault: 'refuse_enroll', count: 1 })
  const body = enroll_body(cloud.make_code())
  const refused = await try_enroll(cloud, body)
  assert.equal(refused.status, 429)
  assert.equal(refused.headers.get('retry-after'), '30')
  assert.equal((await try_enroll(cloud, body)).status, 201)
})

const now_s = () => Math.floor(Date.now() / 1000)
const BAD_TOKENS = {
  'no token at all': () => '',
  'something that is not a JWT': () => 'a.b',
  'alg none': (id) => make_token(id, { header: { alg: 'none' } }),
  'alg RS256': (id) => make_token(id, { header: { alg: 'RS256' } }),
  'another typ': (id) => make_token(id, { header: { typ: 'at+jwt' } }),
  'no kid': (id) => make_token(id, { header: { kid: undefined } }),
  'a kid of another key': (id) => make_token(id, { header: { kid: make_key().kid } }),
  'a signature of another key': (id) => make_token({ ...id, private_key: make_key().private_key }),
  'a signature of a P-384 key': (id) =>
    make_token({ ...id, private_key: generateKeyPairSync('ec', { namedCurve: 'P-384' }).privateKey }),
  'an unknown relay': (id) => make_token(id, { claims: { sub: 'nobody', iss: 'nobody' } }),
  'a relay called __proto__': (id) => make_token(id, { claims: { sub: '__proto__', iss: '__proto__' } }),
  'iss that differs from sub': (id) => make_token(id, { claims: { iss: 'x' } }),
  'aud of another host': (id) => make_token(id, { claims: { aud: 'evil.example' } }),
  'aud with a port': (id) => make_token(id, { claims: { aud: new URL(id.connect_url).host } }),
  'a life of 301 s': (id) => make_token(id, { claims: { exp: now_s() + 301, iat: now_s() } }),
  'an end in the past': (id) => make_token(id, { claims: { exp: now_s() - 6, iat: now_s() - 60 } }),
  'a beginning in the future': (id) => make_token(id, { claims: { iat: now_s() + 10, exp: now_s() + 60 } }),
  'no exp': (id) => make_token(id, { claims: { exp: undefined } }),
  'no jti': (id) => make_token(id, { claims: { jti: undefined } }),
}

for (const [what, forge] of Object.entries(BAD_TOKENS)) {
  test(`a token with ${what} is answered 401, with a Date`, async (t) => {
    const { cloud, identity } = await start_cloud(t)
    const relay = await new TestRelay(identity, { token: forge(identity) }).open()
    assert.equal(relay.refused.status, 401)
    assert.ok(Math.abs(Date.parse(relay.refused.headers.date) - Date.now()) < 5000)
    assert.equal(cloud.violations().at(-1).kind, 'token')
  })
}

test('a life of exactly 300 s is accepted', async (t) => {
  const { identity } = await start_cloud(t)
  const relay = await connect_live(identity, {
    token: make_token(identity, { claims: { iat: now_s(), exp: now_s() + 300 } }),
  })
  relay.terminate()
})

test('a token is good for one use', async (t) => {
  const { identity } = await start_cloud(t)
  const token = make_token(identity)
  const first = await connect_live(identity, { token })
  const second = await new TestRelay(identity, { token }).open()
  assert.equal(second.refused.status, 401)
  first.terminate()
})

test('a new key takes over once it is used, and the old one works until then', async (t) => {
  const { cloud, identity } = await start_cloud(t)
  const fresh = { ...identity, ...make_key() }
  const url = `${cloud.base_url}/link/v1/keys`
  const authorised = (id) => ({ Authorization: `Bearer ${make_token(id)}` })
  assert.equal((await post_json(url, { public_key: fresh.jwk })).status, 401)
  assert.equal((await post_json(url, {}, authorised(identity))).status, 400)
  assert.equal((await post_json(url, { public_key: fresh.jwk }, authorised(identity))).status, 204)
  ;(await connect_live(identity)).terminate()
  ;(await connect_live(fresh)).terminate()
  assert.equal((await new TestRelay(identity).open()).refused.status, 401)
})

test('another sub-protocol or path is refused', async (t) => {
  const { identity } = await start_cloud(t)
  assert.equal((await new TestRelay(identity, { protocol: 'mizo-link.v9' }).open()).refused.status, 400)
  assert.equal(
    (await new TestRelay(identity, { url: `${identity.connect_url}/x` }).open()).refused.status,
    404,
  )
})
