// The packages on a machine as a customer's: installed, left to run, hung, killed, upgraded, removed. They
// are there already: scripts/package, and scripts/package 0.0.1 for the one before.
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { copyFileSync, readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { Machine, root, why_no_machine } from './machine.mjs'

const LINK_GAP_MS_MAX = 5_000
const skip = why_no_machine() ?? false
const packages = join(root, 'build/packages')
const find = (pattern) => join(packages, readdirSync(packages).find((name) => pattern.test(name)))
const project = readFileSync(join(root, 'CMakeLists.txt'), 'utf8')
const version = /project\(mizo-relay VERSION (\S+)/.exec(project)[1]
const versioned = (ending) => new RegExp(`${version.replaceAll('.', '\\.')}.*\\.${ending}$`)

// One machine for all: each test goes on where the one before ended.
let machine
let cloud

before(async () => {
  if (skip) return
  machine = await Machine.boot()
  copyFileSync(find(/_0\.0\.1.*\.deb$/), join(machine.files, 'root/old.deb'))
  copyFileSync(find(versioned('deb')), join(machine.files, 'root/new.deb'))
  copyFileSync(find(versioned('rpm')), join(machine.files, 'root/new.rpm'))
}, { timeout: 300_000 })

after(() => machine?.close())

const admin_key = () => machine.read('var/lib/mizo-relay/admin.key').trim()
const disconnects = () => machine.fetch(`${cloud.control_url}/practice/disconnects`).items
const live = () => machine.fetch(`${cloud.control_url}/practice/status`).sessions
const arrived = () => machine.fetch(`${cloud.control_url}/practice/events`).total

function webhook() {
  return machine.fetch('http://127.0.0.1:8470/api/v1/webhook', { key: admin_key() })
}

// Signed webhooks from outside the machine, each answered 200.
function send(count) {
  const { path, ca_pem } = webhook()
  const file = (name) => join(machine.folder, name)
  writeFileSync(file('ca.pem'), ca_pem)
  const where = ['--webhook', `https://127.0.0.1:8471${path}`, '--ca', file('ca.pem')]
  const key = ['--pfx', file('root/root/m.pfx'), '--pfx-password-file', file('root/root/m.password')]
  const what = ['--send', 'created', '--count', String(count)]
  machine.run_outside('node', 'tests/practice/halopsa/main.mjs', ...where, ...key, ...what)
}

test('installing makes the account, starts the service, and says where to go', { skip }, async () => {
  const said = machine.run('dpkg', '-i', '/root/old.deb')
  assert.match(said, /admin page, on this machine: +http:\/\/127\.0\.0\.1:8470/)
  assert.match(said, /sudo cat \/var\/lib\/mizo-relay\/setup-code/)
  await machine.active()
  assert.equal(machine.property('Type'), 'notify')
  assert.match(machine.property('StatusText'), /webhooks on 0\.0\.0\.0:8471/)
  assert.equal(machine.property('User'), 'mizo-relay')
  assert.match(machine.run('systemctl', 'is-enabled', 'mizo-relay'), /enabled/)
  const mode = (path) => machine.run('stat', '-c', '%a %U %G', path).trim()
  assert.equal(mode('/var/lib/mizo-relay'), '700 mizo-relay mizo-relay')
  assert.equal(mode('/etc/mizo-relay/mizo-relay.conf'), '640 root mizo-relay')
  assert.match(machine.read('var/lib/mizo-relay/setup-code'), /\w/)
})

test('the manual page and the completion are there', { skip }, () => {
  assert.match(machine.shell('man -w mizo-relay'), /mizo-relay\.8\.gz/)
  const completed = machine.run('bash', '-c', `. /usr/share/bash-completion/completions/mizo-relay
    COMP_WORDS=(mizo-relay link ""); COMP_CWORD=2; _mizo_relay; echo "\${COMPREPLY[@]}"`)
  assert.equal(completed.trim(), 'enroll test retry forget')
})

test('the main job is done: a signed webhook reaches the cloud', { skip }, async () => {
  cloud = await machine.start_outside('node', 'tests/practice/cloud/main.mjs', '--code')
  machine.shell(`echo ${cloud.code} | mizo-relay link enroll ${cloud.base_url}`)
  machine.run('mizo-relay', 'cert', 'new')
  const [{ id }] = JSON.parse(machine.run('mizo-relay', 'cert', 'list', '--json')).items
  machine.shell(`mizo-relay cert export ${id} --out /root/m.pfx --password-out /root/m.password`)
  send(3)
  await machine.until(() => arrived() === 3, 'three events are at the cloud')
})

test('the sandbox is in force: it can neither write nor read where it must not', { skip }, () => {
  const pid = machine.property('MainPID')
  const status = machine.run('cat', `/proc/${pid}/status`)
  for (const held of ['CapEff:\t0000000000000000', 'NoNewPrivs:\t1', 'Seccomp:\t2'])
    assert.ok(status.includes(held), held)
  // The same view of the files, and the same account.
  const account = ['id', '-u', 'mizo-relay']
  const uid = machine.run(...account).trim()
  const inside = (script) =>
    machine.try('nsenter', '-t', pid, '-U', '-m', '-S', uid, '-G', uid, 'sh', '-c', script)
  assert.equal(inside('touch /var/lib/mizo-relay/tried && rm /var/lib/mizo-relay/tried').status, 0)
  for (const path of ['/usr/bin/x', '/etc/x', '/etc/mizo-relay/x', '/var/lib/x', '/root/x', '/home/x'])
    assert.notEqual(inside(`touch ${path}`).status, 0, `${path} can be written`)
  for (const path of ['/etc/shadow', '/root/m.pfx', '/proc/1/environ', '/dev/sda', '/dev/mem'])
    assert.notEqual(inside(`cat ${path}`).status, 0, `${path} can be read`)
})

test('a daemon that hangs or is killed is started again', { skip }, async () => {
  const folder = '/etc/systemd/system/mizo-relay.service.d'
  machine.shell(`mkdir -p ${folder} && printf '[Service]\\nWatchdogSec=4\\n' >${folder}/watchdog.conf`)
  machine.shell('systemctl daemon-reload && systemctl restart mizo-relay')
  for (const signal of ['STOP', 'KILL']) {
    const pid = machine.property('MainPID')
    machine.run('kill', `-${signal}`, pid)
    const again = () => machine.property('MainPID') !== pid && machine.property('ActiveState') === 'active'
    await machine.until(again, `a new daemon after SIG${signal}`, 30_000)
  }
  assert.equal(machine.property('NRestarts'), '2')
  machine.shell(`rm -r ${folder} && systemctl daemon-reload && systemctl restart mizo-relay`)
})

test('an upgrade keeps data, settings and the link, which is away for less than 5 s', { skip }, async () => {
  await machine.active()
  machine.run('mizo-relay', 'config', 'set', 'store.retention_days', '77')
  machine.shell("sed -i 's/^#admin.listen.*/admin.listen = 127.0.0.1:8470/' /etc/mizo-relay/mizo-relay.conf")
  await machine.until(() => live().length === 1, 'the link is live')
  const before = disconnects().length
  const said = machine.run('dpkg', '-i', '/root/new.deb')
  assert.match(said, /Mizo Relay runs/)
  const is_back = () => disconnects().length > before && live().length === 1
  await machine.until(is_back, 'the link is live again')
  const gap_ms = new Date(live()[0].hello.now) - new Date(disconnects().at(-1).at)
  assert.ok(gap_ms < LINK_GAP_MS_MAX, `the link was away for ${gap_ms} ms`)
  assert.match(machine.run('mizo-relay', 'config', 'show', 'store.retention_days'), /77/)
  assert.match(machine.read('etc/mizo-relay/mizo-relay.conf'), /^admin\.listen/m)
  send(2)
  await machine.until(() => arrived() === 5, 'five events are at the cloud')
})

test('a database of a newer program is refused with a sentence, and not touched', { skip }, async () => {
  machine.run('systemctl', 'stop', 'mizo-relay')
  const database = join(machine.files, 'var/lib/mizo-relay/relay.db')
  const sqlite = (statement) => execFileSync('sqlite3', [database, statement], { encoding: 'utf8' }).trim()
  const version_there = sqlite('PRAGMA user_version')
  sqlite('PRAGMA user_version = 999')
  const bytes = readFileSync(database)
  machine.try('systemctl', 'start', 'mizo-relay')
  const journal = machine.run('journalctl', '-u', 'mizo-relay', '-n', '20', '-o', 'cat')
  assert.match(journal, /newer/)
  assert.ok(bytes.equals(readFileSync(database)), 'the database was touched')
  machine.run('systemctl', 'stop', 'mizo-relay')
  sqlite(`PRAGMA user_version = ${version_there}`)
  machine.run('chown', 'mizo-relay:', '-R', '/var/lib/mizo-relay')
  machine.shell('systemctl reset-failed mizo-relay; systemctl start mizo-relay')
})

test('a key that others can read is refused, with the command that mends it', { skip }, async () => {
  machine.shell('systemctl stop mizo-relay; chmod 644 /var/lib/mizo-relay/seal.key')
  machine.try('systemctl', 'start', 'mizo-relay')
  const journal = machine.run('journalctl', '-u', 'mizo-relay', '-n', '20', '-o', 'cat')
  const command = /chmod \S+ \/var\/lib\/mizo-relay\/seal\.key/.exec(journal)
  assert.ok(command, journal)
  machine.shell(`systemctl stop mizo-relay; ${command[0]}; systemctl reset-failed mizo-relay`)
  machine.run('systemctl', 'start', 'mizo-relay')
})

test('the sealing key can be an encrypted credential of systemd', { skip }, async () => {
  const folder = '/etc/systemd/system/mizo-relay.service.d'
  const key = '/var/lib/mizo-relay/seal.key'
  const sealed = '/etc/mizo-relay/credentials/seal'
  machine.shell(`systemctl stop mizo-relay && mkdir -p ${folder} /etc/mizo-relay/credentials
    systemd-creds encrypt --with-key=host --name=seal.key ${key} ${sealed} && rm ${key}
    printf '[Service]\\nLoadCredentialEncrypted=seal.key:${sealed}\\n' >${folder}/seal.conf
    systemctl daemon-reload && systemctl start mizo-relay`)
  await machine.active()
  assert.ok(!machine.has('var/lib/mizo-relay/seal.key'), 'another key was made')
  const found = JSON.parse(machine.run('mizo-relay', 'cert', 'list', '--json')).items
  assert.equal(found.length, 1)
  await machine.until(() => live().length === 1, 'the link is live with the sealed key')
})

test('removing keeps the data, and installing again goes on with it', { skip }, async () => {
  const said = machine.run('dpkg', '-r', 'mizo-relay')
  assert.match(said, /data is kept in \/var\/lib\/mizo-relay/)
  assert.ok(machine.has('var/lib/mizo-relay/relay.db'))
  assert.ok(!machine.has('usr/bin/mizo-relay'))
  machine.run('dpkg', '-i', '/root/new.deb')
  await machine.active()
  assert.match(machine.run('mizo-relay', 'config', 'show', 'store.retention_days'), /77/)
})

test('purging deletes data and settings', { skip }, () => {
  machine.run('dpkg', '-P', 'mizo-relay')
  for (const path of ['var/lib/mizo-relay', 'etc/mizo-relay', 'usr/lib/systemd/system/mizo-relay.service'])
    assert.ok(!machine.has(path), `${path} is still there`)
})

test("the .rpm's scripts install, start and take away the service like the .deb's", { skip }, async () => {
  // The admin's own addition to the unit outlives the package, and names a key that was purged.
  machine.run('rm', '-r', '/etc/systemd/system/mizo-relay.service.d')
  machine.run('systemctl', 'daemon-reload')
  const said = machine.run('rpm', '-iv', '--nodeps', '/root/new.rpm')
  assert.match(said, /admin page, on this machine/)
  await machine.active()
  assert.match(machine.run('systemctl', 'is-enabled', 'mizo-relay'), /enabled/)
  machine.run('rpm', '-U', '--nodeps', '--force', '/root/new.rpm')
  await machine.active()
  machine.run('rpm', '-e', '--nodeps', 'mizo-relay')
  assert.ok(machine.has('var/lib/mizo-relay/relay.db'))
  assert.ok(!machine.has('usr/bin/mizo-relay'))
  assert.notEqual(machine.try('systemctl', 'is-active', 'mizo-relay').status, 0)
})

test('the .rpm asks for nothing that its family does not have', { skip }, () => {
  const needs = execFileSync('rpm', ['-qp', '--requires', find(versioned('rpm'))], { encoding: 'utf8' })
  const libraries = needs.split('\n').filter((line) => /\.so/.test(line))
  for (const line of libraries) {
    assert.match(line, /^(libc|libm|libgcc_s|libssl|libcrypto|libsystemd|ld-linux-x86-64)\.so\.\d/, line)
    const [, minor] = /GLIBC_2\.(\d+)/.exec(line) ?? [0, 0]
    assert.ok(Number(minor) <= 34, `${line}: RHEL 9 has 2.34`)
  }
  const config = execFileSync('rpm', ['-qpc', find(versioned('rpm'))], { encoding: 'utf8' })
  assert.equal(config.trim(), '/etc/mizo-relay/mizo-relay.conf')
})
