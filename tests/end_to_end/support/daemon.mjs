// The real daemon as a process: started on free ports with a data directory of its own, watched through its
// log, ended by the pid it was started with.
import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { until } from '../../practice/support/until.mjs'

const root = fileURLToPath(new URL('../../../', import.meta.url))
export const binary = process.env.MIZO_RELAY_BINARY ?? join(root, 'build/release/daemon/mizo-relay')

// A program for Windows runs under Wine, which makes Ctrl-C of this signal, and of no other.
export const on_windows = binary.endsWith('.exe')
const runner = on_windows ? [join(root, 'scripts/wine')] : []
const STOP = on_windows ? 'SIGINT' : 'SIGTERM'

// Wine's first program has a whole Windows to start.
const READY_WITHIN_MS = on_windows ? 60_000 : 15_000

// A test that fails or is cut off leaves no daemon behind.
const running = new Set()
process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL')
})

export function make_data_dir() {
  return mkdtempSync(join(tmpdir(), 'mizo-relay-'))
}

export class Daemon {
  // `wrapper`: a command put before the daemon's own, such as `ip netns exec NAME`.
  constructor({ data_dir = make_data_dir(), settings = {}, env = {}, wrapper = [] } = {}) {
    this.data_dir = data_dir
    this.settings = { 'admin.listen': '127.0.0.1:0', 'webhook.listen': '127.0.0.1:0', ...settings }
    this.env = env
    this.wrapper = wrapper
    this.lines = []
  }

  // Resolves once the daemon says that it is ready; rejects with its log where it ends before.
  async start() {
    this.spawn()
    const [, admin_port, webhook_port] = await this.#ready()
    this.ready_after_ms = Date.now() - this.started_at
    this.admin_port = Number(admin_port)
    this.webhook_port = Number(webhook_port)
    this.admin_url = `http://127.0.0.1:${admin_port}`
    return this
  }

  // Starts the process and waits for nothing: for those that are to fail, or to be killed early.
  spawn() {
    const flags = Object.entries(this.settings).map(([key, value]) => `--${key}=${value}`)
    const command = [...this.wrapper, ...runner, binary, 'run', '--data-dir', this.data_dir, ...flags]
    const environment = { ...process.env, ...this.env }
    delete environment.MIZO_RELAY_BINARY // no setting of the daemon, and it refuses what it does not know
    this.first_line = this.lines.length
    this.started_at = Date.now()
    const child = spawn(command[0], command.slice(1), {
      env: environment,
      stdio: ['ignore', 'inherit', 'pipe'],
    })
    this.process = child
    running.add(child)
    this.ended = new Promise((resolve) => {
      child.on('error', (error) => resolve({ code: null, signal: null, error }))
      child.on('close', (code, signal) => resolve({ code, signal }))
    }).then((end) => {
      running.delete(child)
      return end
    })
    createInterface({ input: child.stderr }).on('line', (line) => this.#on_line(line))
    return this
  }

  get pid() {
    return this.process.pid
  }

  get alive() {
    return running.has(this.process)
  }

  get admin_key() {
    return readFileSync(join(this.data_dir, 'admin.key'), 'utf8').trim()
  }

  get setup_code() {
    return readFileSync(join(this.data_dir, 'setup-code'), 'utf8').trim().split(/\s/)[0]
  }

  // Asks for an orderly stop.
  interrupt() {
    this.process.kill(STOP)
  }

  // Orderly; the exit code and how long it took.
  async stop() {
    const from = Date.now()
    this.interrupt()
    const { code, signal } = await this.ended
    return { code, signal, took_ms: Date.now() - from }
  }

  async kill() {
    this.process.kill('SIGKILL')
    return this.ended
  }

  // From now on the same ports, so that a restart is found where the first start was.
  keep_ports() {
    this.settings['admin.listen'] = `127.0.0.1:${this.admin_port}`
    this.settings['webhook.listen'] = `127.0.0.1:${this.webhook_port}`
  }

  // The same data directory and the same ports, as after a restart of the service.
  async restart() {
    this.keep_ports()
    return this.start()
  }

  async discard() {
    if (this.alive) await this.kill()
    rmSync(this.data_dir, { recursive: true, force: true })
  }

  // Lines since the last start.
  get log() {
    return this.lines.slice(this.first_line)
  }

  log_has(pattern) {
    return this.log.some((line) => pattern.test(line))
  }

  logged(pattern, timeout_ms = 10_000) {
    return until(() => this.log.find((line) => pattern.test(line)), { what: `log: ${pattern}`, timeout_ms })
  }

  #on_line(line) {
    this.lines.push(line)
    if (process.env.MIZO_SHOW_LOG) console.error(line)
  }

  async #ready() {
    const pattern = / ready .*admin_port=(\d+) webhook_port=(\d+)/
    const child = this.process
    try {
      return await until(
        () => {
          const match = this.log.map((line) => pattern.exec(line)).find(Boolean)
          if (!match && !running.has(child)) throw new Error('the daemon ended before it was ready')
          return match
        },
        { what: 'the daemon is ready', timeout_ms: READY_WITHIN_MS },
      )
    } catch (error) {
      error.message += `\n${this.log.slice(-30).join('\n')}`
      throw error
    }
  }
}
