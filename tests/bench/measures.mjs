// What is measured of the daemon. Each function starts its own, on a data directory of its own.
import { execFileSync } from 'node:child_process'
import { rmSync, statSync } from 'node:fs'
import https from 'node:https'
import { join } from 'node:path'
import { binary } from '../end_to_end/support/daemon.mjs'
import { read_presigned } from '../practice/halopsa/presign.mjs'
import { until } from '../practice/support/until.mjs'
import { fill } from './limits.mjs'
import { cpu_seconds_of, memory_of } from './processes.mjs'
import { Relay, make_folder } from './relay.mjs'
import { run_wrk } from './wrk.mjs'

const WARM_UP_SECONDS = 1
// One address has 64 connections at most: those of one run must be gone before those of the next.
const BETWEEN_RUNS_MS = 300
const LINK_SETTLES_MS = 3_000

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms))

// New webhooks as fast as `connections` allow, each answered 200 once it is on disk.
async function load_with({ relay, webhooks, connections, seconds }) {
  const run = (offset, duration) =>
    run_wrk({ url: relay.url, connections, seconds: duration, webhooks: { ...webhooks, offset } })
  const warm = await run(0, WARM_UP_SECONDS)
  await pause(BETWEEN_RUNS_MS)
  const left = webhooks.count - warm.requests
  // Rates differ from second to second: keep some, so that no run ends early.
  const enough_for = Math.max(1, Math.floor(left / (1.6 * warm.per_second)))
  const report = await run(warm.offset, Math.min(seconds, enough_for))
  const counts = await relay.counts()
  const answered = warm.requests + report.requests
  const bad = warm.bad_status + report.bad_status + report.socket_errors
  if (bad > 0 || counts.repeated > 0 || counts.rejected > 0 || counts.accepted < answered || report.exhausted)
    throw new Error(`not every webhook was new and accepted: ${JSON.stringify({ report, warm, counts })}`)
  return { ...report, counts }
}

export function webhooks_a_second({ tls, webhooks, connections, seconds }) {
  return Relay.within({ tls }, (relay) => load_with({ relay, webhooks, connections, seconds }))
}

// A relay with `count` events waiting, whose daemon does not run yet.
async function with_waiting(count, work) {
  await Relay.within({ cloud: true }, async (relay) => {
    await relay.daemon.stop()
    const filled = await fill(relay.daemon.data_dir, count)
    if (filled.waiting < count) throw new Error(`${filled.waiting} events wait, not ${count}`)
    await work(relay)
  })
}

// A backlog, from the first event at the cloud to the last ack; with the processor time that both ends took.
export async function drain_backlog({ count }) {
  let result
  await with_waiting(count, async (relay) => {
    await relay.daemon.restart()
    const { daemon, cloud } = relay
    const arrivals = async () => (await cloud.control('GET', 'status')).arrivals
    const first = await until(arrivals, { what: 'the first event', timeout_ms: 20_000 })
    const cpu = () => ({ daemon: cpu_seconds_of(daemon.pid), cloud: cpu_seconds_of(cloud.process.pid) })
    const began = performance.now()
    const before = cpu()
    const drained = async () => (await relay.admin.get('/status')).queue.queued === 0
    await until(drained, { what: 'the last ack', timeout_ms: 300_000, poll_ms: 100 })
    const seconds = (performance.now() - began) / 1000
    const after = cpu()
    const { arrivals: arrived, unique, violations } = await cloud.control('GET', 'status')
    if (arrived !== count || unique !== count || violations > 0)
      throw new Error(`of ${count}: ${arrived} arrived, ${unique} different ones, ${violations} violations`)
    result = {
      per_second: (count - first) / seconds,
      seconds,
      daemon_cpu_seconds: after.daemon - before.daemon,
      cloud_cpu_seconds: after.cloud - before.cloud,
      start_ms: daemon.ready_after_ms,
      peak_mib: memory_of(daemon.pid).peak,
    }
  })
  return result
}

function quantile(sorted, share) {
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))]
}

// From the relay's time of receipt to the ack frame of the cloud, on one clock, at a steady rate.
export function receipt_to_ack({ webhooks, rate, seconds }) {
  return Relay.within({ cloud: true }, async (relay) => {
    const { ca_pem } = await relay.admin.get('/webhook')
    const statuses = await send_steadily({ relay, webhooks, rate, count: rate * seconds, ca: ca_pem })
    if (statuses.some((status) => status !== 200)) throw new Error('not every webhook was answered 200')
    const idle = async () => (await relay.admin.get('/status')).queue.queued === 0
    await until(idle, { what: 'everything acked', timeout_ms: 20_000, poll_ms: 50 })
    const { items: arrivals } = await relay.cloud.events()
    const { items: frames } = await relay.cloud.control('GET', 'frames?last=5000')
    const acks = frames
      .filter(({ direction }) => direction === 'C→R')
      .map(({ at, text }) => ({ at: Date.parse(at), ...JSON.parse(text) }))
      .filter(({ t }) => t === 'ack')
    const times = arrivals.flatMap(({ seq, receivedat }) => {
      const ack = acks.find(({ upto }) => upto >= seq)
      return seq >= acks[0].upto && ack ? [ack.at - Date.parse(receivedat)] : []
    })
    times.sort((a, b) => a - b)
    const [p50_ms, p99_ms] = [quantile(times, 0.5), quantile(times, 0.99)]
    return { p50_ms, p99_ms, max_ms: times.at(-1), events: times.length }
  })
}

async function send_steadily({ relay, webhooks, rate, count, ca }) {
  const agent = new https.Agent({ keepAlive: true, maxSockets: 32, ca })
  const { file, header } = webhooks
  const answers = []
  const began = performance.now()
  for (const { body, header_value } of read_presigned(file)) {
    if (answers.length === count) break
    const due = began + (answers.length * 1000) / rate
    if (due > performance.now()) await pause(due - performance.now())
    answers.push(post({ url: relay.url, agent, headers: { [header]: header_value } }, body))
  }
  const statuses = await Promise.all(answers)
  agent.destroy()
  return statuses
}

function post({ url, headers, ...options }, body) {
  const all = { 'Content-Type': 'application/json', 'Content-Length': body.length, ...headers }
  return new Promise((resolve, reject) => {
    const request = https.request(url, { method: 'POST', headers: all, ...options })
    request.on('response', (response) => response.resume().on('end', () => resolve(response.statusCode)))
    request.on('error', reject)
    request.end(body)
  })
}

// Resident memory with the link live: before anything came, and the most of it under load.
export function memory_idle_and_loaded({ webhooks, seconds }) {
  return Relay.within({ cloud: true }, async (relay) => {
    await relay.daemon.stop() // what the setup took is not what the daemon takes
    await relay.daemon.restart()
    await relay.linked()
    await pause(LINK_SETTLES_MS)
    const idle = memory_of(relay.daemon.pid)
    const load = await load_with({ relay, webhooks, connections: 64, seconds })
    const loaded = memory_of(relay.daemon.pid)
    return { idle, loaded, per_second: load.per_second }
  })
}

// With the cloud away, and then as it takes what waits.
export async function memory_with_waiting({ count }) {
  let result
  await with_waiting(count, async (relay) => {
    await relay.cloud.kill()
    await relay.daemon.restart()
    await pause(LINK_SETTLES_MS)
    await relay.admin.get('/status')
    await relay.admin.get('/deliveries')
    const waiting = memory_of(relay.daemon.pid)
    await relay.cloud.start()
    await relay.admin.post('/link/retry')
    await relay.linked()
    await pause(LINK_SETTLES_MS)
    const draining = memory_of(relay.daemon.pid)
    const database_mib = statSync(join(relay.daemon.data_dir, 'relay.db')).size / 2 ** 20
    result = { waiting, draining, start_ms: relay.daemon.ready_after_ms, database_mib }
  })
  return result
}

// From the start of the process to the first webhook that it answers 200.
export async function start_to_first_200({ webhooks, repeats }) {
  const { file, header } = webhooks
  const times = []
  const bodies = read_presigned(file)
  await Relay.within({}, async (relay) => {
    for (let i = 0; i < repeats; i += 1) {
      await relay.daemon.stop()
      const { body, header_value } = bodies.next().value
      const headers = { [header]: header_value }
      const options = { url: relay.url, headers, rejectUnauthorized: false, agent: false }
      relay.daemon.spawn()
      times.push(await answered_after(relay.daemon, () => post(options, body)))
    }
  })
  times.sort((a, b) => a - b)
  return { median_ms: quantile(times, 0.5), worst_ms: times.at(-1), runs: repeats }
}

// Tries until the listener is there; a refused connection costs no more than a millisecond.
async function answered_after(daemon, attempt) {
  const from = daemon.started_at
  const answered = async () => {
    const status = await attempt().catch(({ code }) => code)
    if (status !== 200 && status !== 'ECONNREFUSED') throw new Error(`answered ${status}`)
    return status === 200
  }
  await until(answered, { what: 'a 200', timeout_ms: 15_000, poll_ms: 1 })
  return Date.now() - from
}

// The executable as it is packaged.
export function stripped_size() {
  const folder = make_folder('stripped')
  try {
    const copy = join(folder, 'mizo-relay')
    execFileSync('strip', ['-o', copy, binary])
    return statSync(copy).size
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
