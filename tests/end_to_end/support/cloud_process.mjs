// The practice cloud as a process, for tests that kill it, or put it behind a network namespace.
import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { http_call } from './http_call.mjs'

const main = fileURLToPath(new URL('../../practice/cloud/main.mjs', import.meta.url))
const running = new Set()
process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL')
})

export class CloudProcess {
  // `options`: as on its command line, without the dashes; true for one without a value. `wrapper`: as of
  // Daemon.
  constructor({ options = {}, wrapper = [] } = {}) {
    this.folder = mkdtempSync(join(tmpdir(), 'practice-cloud-'))
    this.options = options
    this.wrapper = wrapper
  }

  async start() {
    const options = { 'data-dir': this.folder, ...this.options }
    const flags = Object.entries(options).flatMap(([name, value]) =>
      value === true ? [`--${name}`] : [`--${name}`, `${value}`],
    )
    const command = [...this.wrapper, process.execPath, main, ...flags]
    const child = spawn(command[0], command.slice(1), { stdio: ['ignore', 'pipe', 'inherit'] })
    running.add(child)
    this.process = child
    this.ended = new Promise((resolve) => child.on('close', resolve)).then(() => running.delete(child))
    const line = await Promise.race([
      new Promise((resolve) => createInterface({ input: child.stdout }).once('line', resolve)),
      this.ended.then(() => {
        throw new Error('the practice cloud ended before it was ready')
      }),
    ])
    Object.assign(this, JSON.parse(line))
    // A restart is found where the first start was.
    this.options.port ??= new URL(this.base_url).port
    this.options['control-port'] ??= new URL(this.control_url).port
    return this
  }

  async kill(signal = 'SIGKILL') {
    this.process.kill(signal)
    await this.ended
  }

  async control(method, path, body) {
    const answer = await http_call({
      url: `${this.control_url}/practice/${path}`,
      method,
      body: body === undefined ? undefined : JSON.stringify(body),
    })
    if (answer.status !== 200) throw new Error(`${path}: ${answer.status} ${answer.body}`)
    return JSON.parse(answer.body)
  }

  events() {
    return this.control('GET', 'events')
  }

  fault(command) {
    return this.control('POST', 'fault', command)
  }

  async make_code() {
    return (await this.control('POST', 'code', {})).code
  }

  // What is on its disk, even while it cannot be asked.
  stored_records() {
    const lines = readFileSync(join(this.folder, 'log.ndjson'), 'utf8').split('\n').slice(0, -1)
    return lines.map((line) => JSON.parse(line)).filter(({ r }) => r === 'event')
  }

  async close() {
    if (running.has(this.process)) await this.kill()
    rmSync(this.folder, { recursive: true, force: true })
  }
}
