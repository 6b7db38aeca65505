// The way to the cloud: enrolment, TLS and who issued it, proxies, refused keys; and what the admin is told.
import assert from 'node:assert/strict'
import http from 'node:http'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { listen } from '../practice/support/http.mjs'
import { make_server_certificate } from '../practice/support/tls.mjs'
import { retry } from './support/link_steps.mjs'
import { ConnectProxy } from './support/proxy.mjs'
import { World } from './support/world.mjs'

const NAME = 'cloud.practice.test'
const CLOUD_URL = `https://${NAME}`
const MINUTE = 60_000

let folder
let tls
before(() => {
  folder = mkdtempSync(join(tmpdir(), 'practice-tls-'))
  tls = make_server_certificate({ folder, names: ['localhost', '127.0.0.1', NAME] })
})
after(() => rmSync(folder, { recursive: true }))

const secure_cloud = () => ({ tls: { key: tls.key, cert: tls.cert }, names: ['127.0.0.1', NAME] })
const refusal = (code) => (error) => {
  assert.equal(error.code, code, error.message)
  return true
}
const step_of = ({ steps }, name) => steps.find(({ step }) => step === name)

describe('enrolment', { concurrency: 2 }, () => {
  it('says what is wrong: the code, too many tries, the address, or that it was done before', () =>
    World.within({ enroll: false, certificate: false }, async ({ admin, cloud, ...world }) => {
      const enroll = (url, code = 'AAAAA-BBBBB') => admin.post('/link/enroll', { url, code })
      await assert.rejects(enroll(cloud.base_url), refusal('enroll_code_refused'))
      const expired = cloud.make_code({ expires_in_ms: -1 })
      await assert.rejects(enroll(cloud.base_url, expired), refusal('enroll_code_refused'))
      cloud.fault({ fault: 'refuse_enroll', count: 1 })
      await assert.rejects(enroll(cloud.base_url, cloud.make_code()), refusal('enroll_rate_limited'))
      for (const url of ['ftp://127.0.0.1', 'nonsense', 'http://example.com', 'https://u:p@example.com', ''])
        await assert.rejects(enroll(url), (error) =>
          /link_url_invalid|invalid_json|bad_request/.test(error.code),
        )
      await assert.rejects(enroll('http://127.0.0.1:1'), refusal('cloud_unreachable'))
      const somebody = http.createServer((request, response) => response.end('<html>hello</html>'))
      const port = await listen(somebody, 0, '127.0.0.1')
      await assert.rejects(enroll(`http://127.0.0.1:${port}`), refusal('cloud_answer_unexpected'))
      somebody.close()
      const code = cloud.make_code()
      assert.equal((await enroll(cloud.base_url, code)).url, cloud.connect_url_here)
      await assert.rejects(enroll(cloud.base_url, cloud.make_code()), refusal('link_already_enrolled'))
      assert.deepEqual(cloud.violations(), [])
      assert.ok(world)
    }))

  it('can be forgotten and done anew; what waits goes to the new identity', () =>
    World.within({}, async (world) => {
      await world.settled(world.halo.send({ count: 2 }))
      const { relay_id } = await world.admin.get('/link')
      await world.admin.delete('/link')
      await world.link_is(({ state }) => state === 'not_enrolled')
      await assert.rejects(world.admin.post('/link/retry'), refusal('link_not_enrolled'))
      await Promise.all(world.halo.send({ count: 3 }).map(({ settled }) => settled))
      await world.enroll()
      await world.drained()
      assert.notEqual((await world.admin.get('/link')).relay_id, relay_id)
      assert.equal(world.cloud.events().unique, 5)
      world.assert_contract_kept()
    }))
})

describe('a refused key', { concurrency: 2 }, () => {
  for (const [status, alert] of [
    [401, 'link_key_refused'],
    [403, 'link_disabled'],
  ]) {
    it(`${status}: is tried again in minutes, with an alert, and at once when the admin says so`, () =>
      World.within({}, async (world) => {
        world.cloud.fault({ fault: 'refuse_key', status })
        world.cloud.fault({ fault: 'close', code: 1001 })
        const link = await world.link_is(
          ({ next_attempt_at, state }) => state === 'backing_off' && next_attempt_at,
        )
        const wait = new Date(link.next_attempt_at) - Date.now()
        assert.ok(wait > MINUTE - 3000 && wait <= 10 * MINUTE, `${wait} ms`)
        await world.alert(alert)
        assert.equal((await world.send({ kind: 'created' })).responsestatus, 200)
        world.cloud.fault({ fault: 'clear' })
        await retry(world)
        await world.alert(alert, { on: false })
        await world.drained()
        world.assert_contract_kept()
      }))
  }

  it('because of a wrong clock: the clock is named', () =>
    World.within({}, async (world) => {
      world.cloud.fault({ fault: 'clock', offset_ms: 3_600_000 })
      world.cloud.fault({ fault: 'close', code: 1001 })
      const link = await world.link_is(({ state, last_error }) => state === 'backing_off' && last_error)
      assert.match(JSON.stringify([link.last_error, link.advice]), /clock/)
      const test = await world.admin.post('/link/test', {})
      assert.equal(step_of(test, 'clock').result, 'warning')
      assert.equal(step_of(test, 'clock').advice.code, 'advice_clock')
    }))
})

describe('TLS', { concurrency: 2 }, () => {
  it('is trusted by link.ca_file, and the test tells each step', () =>
    World.within({ cloud: secure_cloud(), settings: { 'link.ca_file': tls.ca_file } }, async (world) => {
      await world.settled(world.halo.send({ count: 3 }))
      await world.link_is(({ round_trip_ms }) => round_trip_ms !== null)
      const test = await world.admin.post('/link/test', {})
      assert.equal(test.ok, true)
      assert.deepEqual(
        test.steps.map(({ step, result }) => [step, result]),
        ['name', 'tcp', 'proxy', 'tls', 'clock', 'upgrade', 'ack'].map((step) => [step, 'ok']),
      )
      assert.match(step_of(test, 'tls').text, /TLSv1\.3.*Practice CA/)
      assert.equal((await world.admin.get('/link')).state, 'live', 'the test disturbs nothing')
      world.assert_contract_kept()
    }))

  it('with an unknown CA: nothing is sent, and the issuer is named, with advice', () =>
    World.within({ cloud: secure_cloud(), enroll: false, certificate: false }, async (world) => {
      const enrolling = world.admin.post('/link/enroll', {
        url: world.cloud.base_url,
        code: world.cloud.make_code(),
      })
      await assert.rejects(enrolling, refusal('cloud_unreachable'))
      const test = await world.admin.post('/link/test', { url: world.cloud.base_url })
      assert.equal(test.ok, false)
      const step = step_of(test, 'tls')
      assert.deepEqual([step.result, step.code], ['failed', 'link_tls_issuer'])
      assert.match(step.text, /Practice CA/)
      assert.match(step.advice.code, /advice_inspection|advice_ca_file/)
      assert.equal(step_of(test, 'upgrade').result, 'skipped')
    }))

  it('with a certificate for another name: that is said', () =>
    World.within(
      { cloud: null, settings: { 'link.ca_file': tls.ca_file }, certificate: false },
      async (world) => {
        const other = make_server_certificate({ folder: join(folder, 'other'), names: ['elsewhere.test'] })
        const server = (await import('node:https')).createServer(other)
        const port = await listen(server, 0, '127.0.0.1')
        const test = await world.admin.post('/link/test', { url: `https://127.0.0.1:${port}` })
        server.close()
        assert.match(step_of(test, 'tls').code, /link_tls_name|link_tls_issuer/)
      },
    ))

  it('a port where nobody listens: that is said, with advice', () =>
    World.within({ cloud: null, certificate: false }, async (world) => {
      const test = await world.admin.post('/link/test', { url: 'https://127.0.0.1:1' })
      assert.deepEqual(
        [step_of(test, 'tcp').result, step_of(test, 'tcp').code],
        ['failed', 'link_connect_refused'],
      )
      assert.equal(step_of(test, 'tcp').advice.code, 'advice_firewall')
      assert.equal(step_of(test, 'tls').result, 'skipped')
    }))
})

describe('a proxy in between', { concurrency: 2 }, () => {
  // The name of the cloud is known to the proxy alone.
  async function within_proxy({ proxy: of_proxy, settings = {}, env = () => ({}) }, test) {
    const proxy = await new ConnectProxy(of_proxy).start()
    const options = {
      cloud: secure_cloud(),
      enroll: false,
      certificate: false,
      settings: { 'link.ca_file': tls.ca_file, ...settings(proxy) },
      env: { HTTPS_PROXY: '', https_proxy: '', NO_PROXY: '', no_proxy: '', ...env(proxy) },
    }
    try {
      await World.within(options, async (world) => {
        proxy.names[`${NAME}:443`] = world.cloud.port
        await test(world, proxy)
      })
    } finally {
      await proxy.close()
    }
  }

  it('of the settings, with Basic auth: carries enrolment and link', () =>
    within_proxy(
      {
        proxy: { user: 'relay', password: 'Pr0xy:päss' },
        settings: ({ url }) => ({ 'link.proxy': url, 'link.proxy_user': 'relay' }),
      },
      async (world, proxy) => {
        await world.admin.patch('/settings', { 'link.proxy_password': 'Pr0xy:päss' })
        await world.install_certificate()
        await world.enroll(CLOUD_URL)
        await world.settled(world.halo.send({ count: 3 }))
        assert.equal(world.cloud.events().unique, 3)
        assert.ok(proxy.requests.length >= 2)
        assert.ok(proxy.requests.every(({ target }) => target === `${NAME}:443`))
        const test = await world.admin.post('/link/test', {})
        assert.equal(step_of(test, 'proxy').code, 'test_proxy_ok')
        assert.match(step_of(test, 'proxy').text, new RegExp(proxy.address))
        assert.ok(
          !JSON.stringify([test, await world.admin.get('/link')]).includes('Pr0xy'),
          'no credentials are shown',
        )
        world.assert_contract_kept()
      },
    ))

  it('with a wrong password: the proxy is named, and what to check', () =>
    within_proxy(
      { proxy: { user: 'relay', password: 'right' }, settings: ({ url }) => ({ 'link.proxy': url }) },
      async (world) => {
        const test = await world.admin.post('/link/test', { url: CLOUD_URL })
        assert.deepEqual(
          [step_of(test, 'proxy').result, step_of(test, 'proxy').code],
          ['failed', 'link_proxy_auth'],
        )
        assert.equal(step_of(test, 'proxy').advice.code, 'advice_proxy')
      },
    ))

  it('of the environment: is used, and left out for what NO_PROXY names', () =>
    within_proxy(
      {
        proxy: { user: 'env', password: 'secret' },
        settings: () => ({}),
        env: ({ address }) => ({
          HTTPS_PROXY: `http://env:secret@${address}`,
          NO_PROXY: 'other.test,.direct.test',
        }),
      },
      async (world, proxy) => {
        await world.enroll(CLOUD_URL)
        const used = proxy.requests.length
        assert.ok(used >= 2)
        const test = await world.admin.post('/link/test', { url: 'https://cloud.direct.test' })
        assert.equal(test.ok, false)
        assert.equal(proxy.requests.length, used, 'NO_PROXY keeps it out')
        const again = await world.admin.post('/link/test', { url: 'https://unknown.test' })
        assert.equal(step_of(again, 'proxy').result, 'failed')
        assert.equal(proxy.requests.at(-1).target, 'unknown.test:443')
      },
    ))
})
