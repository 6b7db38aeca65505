// A minimal Debian of its own, booted with systemd in a container that shares no network with this machine:
// what a package does there is what it does at a customer's.
import { execFileSync, spawn } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { until } from '../practice/support/until.mjs'

export const root = join(dirname(fileURLToPath(import.meta.url)), '../..')
const base = join(root, 'build/installer/debian.tar')
// What the package depends on and a minimal Debian lacks, and rpm for the other package's scripts.
const PACKAGES = 'systemd,systemd-sysv,dbus,procps,libssl3,ca-certificates,bash-completion,man-db,rpm'

const quiet = { stdio: ['ignore', 'pipe', 'pipe'], encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 }
const run = (command, ...args) => execFileSync(command, args, quiet)

// From the sources of this machine, once.
function make_base() {
  if (existsSync(base)) return
  mkdirSync(dirname(base), { recursive: true })
  const sources = ['/etc/apt/sources.list', '/etc/apt/sources.list.d/debian.sources'].filter(existsSync)
  const draft = base.replace('.tar', '.draft.tar')
  run('mmdebstrap', '--quiet', '--variant=apt', `--include=${PACKAGES}`, 'bookworm', draft, ...sources)
  renameSync(draft, base)
}

// Why this cannot be had here, or null.
export function why_no_machine() {
  if (process.getuid() !== 0) return 'a container needs root'
  try {
    run('systemd-nspawn', '--version')
    run('mmdebstrap', '--version')
    return null
  } catch (error) {
    return error.message.split('\n')[0]
  }
}

export class Machine {
  #container
  #children = []

  static async boot() {
    make_base()
    const machine = new Machine()
    machine.folder = mkdtempSync(join(tmpdir(), 'mizo-machine-'))
    machine.files = join(machine.folder, 'root')
    try {
      await machine.#boot()
    } catch (error) {
      await machine.close()
      throw error
    }
    return machine
  }

  async #boot() {
    mkdirSync(this.files)
    run('tar', '-xf', base, '-C', this.files, '--numeric-owner')
    const name = `mizo-machine-${process.pid}`
    run('ip', 'netns', 'add', name)
    this.network = name
    run('ip', 'netns', 'exec', this.network, 'ip', 'link', 'set', 'lo', 'up')
    const options = ['--quiet', '--boot', '--register=no', '--keep-unit', '--console=pipe']
    const place = ['-D', this.files, `--network-namespace-path=/run/netns/${this.network}`]
    this.#container = spawn('systemd-nspawn', [...options, ...place], { stdio: ['ignore', 'pipe', 'pipe'] })
    this.said = ''
    for (const stream of [this.#container.stdout, this.#container.stderr])
      stream.on('data', (bytes) => (this.said += bytes))
    this.#container.on('exit', () => (this.ended = true))
    await until(() => this.#is_up(), { what: 'the machine is up', timeout_ms: 60_000, poll_ms: 200 })
  }

  #is_up() {
    if (this.ended) throw new Error(`the container ended: ${this.said}`)
    const children = `/proc/${this.#container.pid}/task/${this.#container.pid}/children`
    // At first another process stands there, which makes the one that stays.
    this.leader = readFileSync(children, 'utf8').trim().split(' ')[0]
    if (!this.leader) return false
    const { out } = this.try('systemctl', 'is-system-running')
    return /running|degraded/.test(out)
  }

  // A command inside, as root: {status, out, err}.
  try(...command) {
    const environment = ['env', '-i', 'PATH=/usr/sbin:/usr/bin:/sbin:/bin', 'LANG=C.UTF-8']
    const inside = ['-t', this.leader, '-a', ...environment]
    try {
      return { status: 0, out: run('nsenter', ...inside, ...command), err: '' }
    } catch (error) {
      return { status: error.status, out: error.stdout ?? '', err: error.stderr ?? '' }
    }
  }

  // The same where it must go well; gives what it printed.
  run(...command) {
    const { status, out, err } = this.try(...command)
    if (status !== 0) throw new Error(`${command.join(' ')} ended with ${status}\n${out}${err}`)
    return out
  }

  shell(script) {
    return this.run('sh', '-c', script)
  }

  // A program of this machine's on the container's network; its first line is JSON, which is given.
  async start_outside(...command) {
    const child = spawn('ip', ['netns', 'exec', this.network, ...command], { cwd: root })
    this.#children.push(child)
    let text = ''
    child.stdout.on('data', (bytes) => (text += bytes))
    await until(() => text.includes('\n'), { what: `${command[1]} says where it is` })
    return JSON.parse(text.split('\n')[0])
  }

  run_outside(...command) {
    return execFileSync('ip', ['netns', 'exec', this.network, ...command], { ...quiet, cwd: root })
  }

  // JSON from an address on the container's network.
  fetch(url, { key, method = 'GET', body } = {}) {
    const headers = { 'content-type': 'application/json', ...(key ? { authorization: `Bearer ${key}` } : {}) }
    const options = JSON.stringify({ method, headers, body: body && JSON.stringify(body) })
    const script = `fetch(${JSON.stringify(url)}, ${options}).then(async (a) => console.log(await a.text()))`
    return JSON.parse(this.run_outside('node', '-e', script))
  }

  read(path) {
    return readFileSync(join(this.files, path), 'utf8')
  }

  has(path) {
    return existsSync(join(this.files, path))
  }

  property(name) {
    return this.run('systemctl', 'show', '-P', name, 'mizo-relay').trim()
  }

  until(condition, what, timeout_ms = 20_000) {
    return until(condition, { what, timeout_ms, poll_ms: 50 })
  }

  active(timeout_ms) {
    return this.until(() => this.property('ActiveState') === 'active', 'the service is active', timeout_ms)
  }

  async close() {
    for (const child of this.#children) child.kill('SIGTERM')
    if (this.#container && !this.ended) {
      this.try('systemctl', 'poweroff', '--no-block')
      await until(() => this.ended, { what: 'the machine is off', timeout_ms: 15_000 }).catch(() =>
        this.#container.kill('SIGKILL'),
      )
    }
    if (this.network) run('ip', 'netns', 'del', this.network)
    rmSync(this.folder, { recursive: true, force: true })
  }
}
