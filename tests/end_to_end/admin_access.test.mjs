// Who may enter the admin page, and from where: set-up, sign-in, sessions, and the rules of Host, Origin and
// CSRF.
import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { until } from '../practice/support/until.mjs'
import { EventStream } from './support/event_stream.mjs'
import { RawConnection } from './support/raw_connection.mjs'
import { Session } from './support/session.mjs'
import { World } from './support/world.mjs'

const PASSWORD = 'a long walk by the river 7'

let world
let admin
before(async () => {
  world = await World.start({ cloud: null, certificate: false })
  admin = new Session(world.daemon)
})
after(() => world.close())

const code_of = ({ value }) => value?.code
const stranger = () => new Session(world.daemon)

describe('before set-up', () => {
  it('tells that it is needed, and gives nothing else away', async () => {
    const { value } = await stranger().api('GET', '/session')
    assert.deepEqual([value.setup_required, value.signed_in, value.version], [true, false, null])
    for (const path of [
      '/status',
      '/settings',
      '/certificates',
      '/deliveries',
      '/webhook',
      '/stream',
      '/log',
    ]) {
      const answer = await stranger().api('GET', path)
      assert.deepEqual([answer.status, code_of(answer)], [401, 'signed_out'], path)
    }
    assert.equal(code_of(await stranger().sign_in(PASSWORD)), 'wrong_password')
  })

  it('takes the code of the data directory alone, and a good password alone', async () => {
    const { setup_code } = world.daemon
    assert.equal(code_of(await admin.set_up('AAAA-BBBB-CCCC-DDDD', PASSWORD)), 'setup_code_wrong')
    assert.equal(code_of(await admin.set_up(setup_code, 'elevenchars')), 'password_too_short')
    assert.equal(code_of(await admin.set_up(setup_code, 'x'.repeat(129))), 'password_too_long')
    assert.equal(code_of(await admin.set_up(setup_code, 'password1234')), 'password_too_common')
    const answer = await admin.set_up(setup_code, PASSWORD)
    assert.equal(answer.status, 201)
    assert.equal(answer.value.signed_in, true)
    assert.equal(existsSync(join(world.daemon.data_dir, 'setup-code')), false, 'the code is gone')
  })
})

describe('after set-up', () => {
  it('has no set-up any more, however it is written', async () => {
    const paths = [
      '/setup',
      '/setup/',
      '/setup/anything',
      '/api/v1/setup',
      '/api/v1/setup/x',
      '/SETUP',
      '/%73etup',
    ]
    for (const path of [...paths, '//setup', '/api/v1/%2573etup', '/setup%2f', '/setup.aspx/x']) {
      const answer = await stranger().call('POST', path, {
        body: { code: 'x', password: PASSWORD },
        checked: false,
      })
      assert.equal(answer.status, 404, path)
    }
  })

  it('keeps the session in a cookie that no script and no other site gets', () => {
    const [pair, ...attributes] = admin.set_cookie.split('; ')
    assert.match(pair, /^__Host-sid=[\w-]{43}$/)
    assert.deepEqual(attributes.sort(), ['HttpOnly', 'Path=/', 'SameSite=Strict', 'Secure'])
  })

  it('wants the CSRF token of the session for whatever changes something', async () => {
    const patch = { body: { 'ui.language': 'en' } }
    for (const token of [null, '', 'x'.repeat(43), admin.csrf.slice(1)]) {
      const answer = await admin.api('PATCH', '/settings', { ...patch, headers: { 'X-Mizo-CSRF': token } })
      assert.deepEqual([answer.status, code_of(answer)], [403, 'csrf_refused'])
    }
    assert.equal((await admin.api('PATCH', '/settings', patch)).status, 200)
    assert.equal((await admin.api('GET', '/status', { headers: { 'X-Mizo-CSRF': null } })).status, 200)
  })

  it('is nobody to another cookie, or to a wrong key', async () => {
    for (const headers of [
      { Cookie: null },
      { Cookie: '__Host-sid=' },
      { Cookie: `__Host-sid=${'A'.repeat(43)}` },
      { Cookie: `${admin.cookie}; __Host-sid=other` },
      { Cookie: admin.cookie, Authorization: 'Bearer wrong' },
      { Authorization: `Basic ${Buffer.from('admin:x').toString('base64')}` },
    ])
      assert.equal((await admin.api('GET', '/status', { headers })).status, 401, JSON.stringify(headers))
  })

  it('answers the Host of its own listener alone: 421', async () => {
    const { admin_port: port } = world.daemon
    const with_host = (host) => stranger().call('GET', '/healthz', { headers: { Host: host } })
    for (const host of [`127.0.0.1:${port}`, `localhost:${port}`, `LocalHost:${port}`, `[::1]:${port}`])
      assert.equal((await with_host(host)).status, 200, host)
    const others = ['evil.example', `0.0.0.0:${port}`, `127.0.0.1.nip.io:${port}`, `localhost.evil:${port}`]
    for (const host of [
      ...others,
      `localhost.:${port}`,
      '127.0.0.1',
      `127.0.0.1:${port + 1}`,
      `127.1:${port}`,
    ]) {
      const answer = await with_host(host)
      assert.deepEqual([answer.status, code_of(answer)], [421, 'host_not_allowed'], host)
    }
    for (const lines of [
      '',
      `Host: 127.0.0.1:${port}\r\nHost: 127.0.0.1:${port}\r\n`,
      `Host: a@127.0.0.1:${port}\r\n`,
    ]) {
      const connection = (await RawConnection.open(port)).write(`GET /healthz HTTP/1.1\r\n${lines}\r\n`)
      assert.equal((await connection.answer()).status, 400)
      connection.destroy()
    }
  })

  it('answers no other site: 403', async () => {
    const own = world.daemon.admin_url
    const asked = (headers, method = 'PATCH') =>
      admin.api(method, '/settings', {
        headers,
        ...(method === 'PATCH' ? { body: { 'ui.language': 'en' } } : {}),
      })
    assert.equal((await asked({ Origin: own, 'Sec-Fetch-Site': 'same-origin' })).status, 200)
    for (const headers of [
      { Origin: 'null' },
      { Origin: 'https://evil.example' },
      { Origin: `${own}.evil.example` },
      { Origin: own.replace('http:', 'https:') },
      { Origin: own.replace(/\d+$/, '1') },
      { 'Sec-Fetch-Site': 'cross-site' },
      { 'Sec-Fetch-Site': 'same-site' },
      { Origin: own, 'Sec-Fetch-Site': 'none' },
    ]) {
      const answer = await asked(headers)
      assert.deepEqual([answer.status, code_of(answer)], [403, 'origin_refused'], JSON.stringify(headers))
    }
    assert.equal((await asked({ 'Sec-Fetch-Site': 'cross-site' }, 'GET')).status, 403)
  })

  it('takes JSON alone, in the shape of the call, and allows no cross-origin use', async () => {
    const send = (body, type) => admin.api('PATCH', '/settings', { body, headers: { 'Content-Type': type } })
    assert.equal((await send('{"ui.language":"en"}', 'text/plain')).status, 415)
    assert.equal(code_of(await send('{"ui.language":', 'application/json')), 'invalid_json')
    assert.equal(code_of(await send('[]', 'application/json')), 'invalid_json')
    const huge = { body: `{"a":"${'x'.repeat(1 << 20)}"}`, checked: false }
    const refused = await admin.api('PATCH', '/settings', huge)
    assert.deepEqual([refused.status, code_of(refused)], [413, 'too_large'])
    const options = await stranger().call('OPTIONS', '/api/v1/settings', { checked: false })
    assert.equal(options.status, 405)
    assert.ok(Object.keys(options.headers).every((name) => !name.startsWith('access-control')))
  })

  it('sends the headers that keep a page safe with every answer', async () => {
    for (const path of ['/', '/healthz', '/api/v1/status', '/nowhere', '/api/v1/nowhere', '/assets/x.js']) {
      const { headers } = await admin.call('GET', path, { checked: false })
      assert.match(
        headers['content-security-policy'],
        /default-src 'none'; script-src 'self'.*frame-ancestors 'none'/,
      )
      assert.equal(headers['x-frame-options'], 'DENY', path)
      assert.equal(headers['x-content-type-options'], 'nosniff')
      assert.equal(headers['referrer-policy'], 'no-referrer')
      assert.equal(headers['cross-origin-opener-policy'], 'same-origin')
      assert.ok(!('server' in headers))
    }
  })

  it('serves no file but its own', async () => {
    const paths = [
      '/..%2f..%2fetc/passwd',
      '/%00',
      '/\\..\\relay.db',
      '/../relay.db',
      '/relay.db',
      '/admin.key',
    ]
    for (const path of paths) {
      const connection = await RawConnection.open(world.daemon.admin_port)
      connection.write(`GET ${path} HTTP/1.1\r\nHost: 127.0.0.1:${world.daemon.admin_port}\r\n\r\n`)
      assert.equal((await connection.answer()).status, 404, path)
      connection.destroy()
    }
  })
})

describe('sessions', () => {
  it('get a new id at each sign-in, and the earlier one dies', async () => {
    const earlier = admin.cookie
    assert.equal((await admin.sign_in(PASSWORD)).status, 201)
    assert.notEqual(admin.cookie, earlier)
    assert.equal((await stranger().api('GET', '/status', { headers: { Cookie: earlier } })).status, 401)
    assert.equal((await admin.api('GET', '/status')).status, 200)
  })

  it('survive a restart of the daemon', async () => {
    await world.daemon.stop()
    await world.daemon.restart()
    assert.equal((await admin.api('GET', '/status')).status, 200)
  })

  it('end with sign-out, and the streams with them', async () => {
    const other = stranger()
    await other.sign_in(PASSWORD)
    const stream = await EventStream.open(world.daemon, '/stream', { Cookie: other.cookie })
    assert.equal(stream.status, 200)
    assert.equal((await other.api('DELETE', '/session')).status, 204)
    assert.equal((await other.api('GET', '/status')).status, 401)
    await until(() => stream.ended, { what: 'the stream ends' })
    assert.equal((await admin.api('GET', '/status')).status, 200, 'others go on')
  })

  // Last: it locks everybody out for a while.
  it('are not to be had by guessing: five tries, then 429, though the password be right', async () => {
    const guess = () => stranger().sign_in('not the password at all')
    for (let i = 0; i < 5; ++i) assert.equal(code_of(await guess()), 'wrong_password')
    const refused = await guess()
    assert.deepEqual([refused.status, code_of(refused)], [429, 'too_many_tries'])
    assert.ok(Number(refused.headers['retry-after']) >= 1)
    await guess()
    assert.equal((await stranger().sign_in(PASSWORD)).status, 429)
    assert.equal((await admin.api('GET', '/status')).status, 200, 'who is in stays in')
    await world.daemon.stop()
    await world.daemon.restart()
    const right = async () => (await stranger().sign_in(PASSWORD)).status === 201
    await until(right, { what: 'the right password is taken again', timeout_ms: 15_000, poll_ms: 100 })
  })
})
