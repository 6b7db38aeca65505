// Secrets stay where they belong. Each is a canary, a text that is nowhere else; after a whole life at debug
// level none is in a log, an answer, an argument, an environment, or the database files.
import assert from 'node:assert/strict'
import { readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { make_data_dir } from './support/daemon.mjs'
import { Session } from './support/session.mjs'
import { World } from './support/world.mjs'
import { read_zip } from './support/zip.mjs'

const canary = (name) => `canary-${name}-5d41402abc4b2a76b9719d911017c592`
const CANARIES = {
  'admin password': canary('admin'),
  'hmac secret': canary('hmac'),
  'basic password': canary('basic'),
  'halo client secret': canary('client'),
  'halo tab secret': canary('tab'),
  'proxy password': canary('proxy'),
  'PFX password of the listener': canary('listener'),
  'wrong password': canary('wrong'),
  'wrong enrolment code': canary('code'),
  'wrong bearer': canary('bearer'),
  'authorization of a webhook': canary('authorization'),
}
const FORMS = [
  (secret) => secret,
  (secret) => Buffer.from(secret).toString('base64').replace(/=+$/, ''),
  (secret) => Buffer.from(secret).toString('hex'),
  (secret) => encodeURIComponent(secret),
]

describe('secrets', () => {
  let world
  let config
  const answers = [] // everything that any call answered, as text
  const learned = {} // secrets that the daemon made itself

  before(async () => {
    config = join(make_data_dir(), 'relay.conf')
    writeFileSync(config, `link.proxy_password = ${CANARIES['proxy password']}\n`, { mode: 0o600 })
    const settings = { 'log.level': 'debug', config }
    world = await World.start({ settings, enroll: false, certificate: false })
    const { call } = world.admin
    world.admin.call = async (...args) => {
      const value = await call
        .apply(world.admin, args)
        .catch((error) => error.problem ?? { error: error.message })
      // These two are asked for, and shown once.
      if (!/\/password$/.test(args[1])) answers.push(JSON.stringify(value))
      return value
    }
    await live()
  })
  after(async () => {
    await world?.close()
    rmSync(join(config, '..'), { recursive: true })
  })

  // A life in which each secret is used.
  async function live() {
    const { admin, daemon } = world
    const page = new Session(daemon)
    await page.set_up(daemon.setup_code, CANARIES['admin password'])
    await page.sign_in(CANARIES['wrong password'])
    learned['session cookie'] = page.cookie.split('=')[1]
    learned['CSRF token'] = page.csrf
    answers.push((await page.api('GET', '/settings')).body.toString())
    await page.api('GET', '/status', { headers: { Authorization: `Bearer ${CANARIES['wrong bearer']}` } })

    await admin.patch('/settings', {
      'webhook.hmac_secret': CANARIES['hmac secret'],
      'webhook.basic_user': 'halo',
      'webhook.basic_password': CANARIES['basic password'],
      'webhook.tls_password': CANARIES['PFX password of the listener'],
      'halo.url': 'https://halo.practice.test',
      'halo.client_secret': CANARIES['halo client secret'],
      'halo.tab_secret': CANARIES['halo tab secret'],
    })
    const { id } = await world.install_certificate()
    learned['PFX password'] = await admin.password(id)
    await admin.post('/link/enroll', { url: world.cloud.base_url, code: CANARIES['wrong enrolment code'] })
    const code = world.cloud.make_code()
    learned['enrolment code'] = code
    await admin.post('/link/enroll', { url: world.cloud.base_url, code })
    await world.linked()
    await webhooks()
    learned['admin key'] = daemon.admin_key
    learned['webhook token'] = world.webhook_path.split('/').at(-1)
    await page.api('DELETE', '/session')
  }

  async function webhooks() {
    const Authorization = `Bearer ${CANARIES['authorization of a webhook']}`
    await world.point_webhook({ sending: { headers: { Authorization } } })
    await world.send({ kind: 'created' })
    await world.send({ kind: 'created', forged: true })
    await world.point_webhook({ sending: { headers: {} } })
    // The other modes of authentication, right and wrong.
    const modes = [
      ['hmac', { mode: 'hmac', hmac_key: CANARIES['hmac secret'] }],
      ['basic', { mode: 'basic', basic_user: 'halo', basic_password: CANARIES['basic password'] }],
    ]
    for (const [auth, signing] of modes) {
      await world.admin.patch('/settings', { 'webhook.auth': auth })
      await world.point_webhook({ signing })
      assert.equal((await world.send({ kind: 'changed' })).responsestatus, 200, auth)
      const wrong = { ...signing, hmac_key: 'wrong', basic_password: CANARIES['wrong password'] }
      await world.point_webhook({ signing: wrong })
      assert.equal((await world.send({ kind: 'changed', once: true })).responsestatus, 401, auth)
    }
    await world.admin.patch('/settings', { 'webhook.auth': null })
    await world.drained()
  }

  function assert_hides(where, text, secrets) {
    for (const [name, secret] of Object.entries(secrets))
      for (const form of FORMS) assert.ok(!text.includes(form(secret)), `${name} is in ${where}`)
  }
  const all = () => ({ ...CANARIES, ...learned })
  const without = (secrets, ...names) =>
    Object.fromEntries(Object.entries(secrets).filter(([name]) => !names.includes(name)))

  it('are in no line of the log, at its most talkative', () => {
    assert.ok(world.daemon.log_has(/debug .*webhook stored/), 'it talks of each webhook')
    assert.ok(world.daemon.log_has(/webhook rejected/))
    assert_hides('the log', world.daemon.lines.join('\n'), all())
  })

  it('are in no answer of the admin API, diagnostics included', async () => {
    const { admin } = world
    for (const path of [
      '/settings',
      '/link',
      '/certificates',
      '/deliveries',
      '/events',
      '/audit',
      '/log?level=debug&limit=500',
    ])
      await admin.get(path)
    for (const { id } of (await admin.get('/deliveries')).items) await admin.get(`/deliveries/${id}`)
    await admin.get('/events/export?format=ndjson')
    const { body } = await admin.request('POST', '/api/v1/diagnostics', {})
    const text = [...answers, ...Object.values(read_zip(body)).map(String)].join('\n')
    assert.equal((await admin.get('/settings'))['link.proxy_password'].value.set, true)
    // What is pasted into HaloPSA holds the token; that is what the call is for. The page gets its CSRF
    // token.
    assert_hides('an answer', text, without(all(), 'webhook token', 'CSRF token'))
  })

  it('are in no argument and in no variable of the process', () => {
    for (const name of ['cmdline', 'environ'])
      assert_hides(`/proc/PID/${name}`, readFileSync(`/proc/${world.daemon.pid}/${name}`, 'latin1'), all())
  })

  it('are not to be read in the files of the database, nor in a backup', async () => {
    const backup = (await world.admin.request('POST', '/api/v1/backup', {})).body
    const files = readdirSync(world.daemon.data_dir).filter((name) => /^relay\.db/.test(name))
    assert.ok(files.length > 0)
    const contents = files.map((name) => [name, readFileSync(join(world.daemon.data_dir, name), 'latin1')])
    // The token is what the URL is found again by after a restart; a session is known by its hash alone.
    const secrets = without(all(), 'webhook token', 'CSRF token')
    for (const [name, text] of [...contents, ['a backup', backup.toString('latin1')]])
      assert_hides(name, text, secrets)
  })

  it('would be found, if they were there', () => {
    assert.throws(
      () => assert_hides('a test', `x${CANARIES['hmac secret']}y`, all()),
      /hmac secret is in a test/,
    )
    const coded = Buffer.from(CANARIES['proxy password']).toString('base64')
    assert.throws(() => assert_hides('a test', coded, all()), /proxy password is in a test/)
  })
})
