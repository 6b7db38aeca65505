// How fast and how large the daemon is on this machine, beside what its parts could do alone; scripts/bench
// builds what it needs and runs it. It judges nothing: the exit status is 0 however slow it was, and 1 where
// something could not be measured.
import { execFileSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import { dirname } from 'node:path'
import { parseArgs } from 'node:util'
import { print_table } from '../demo/table.mjs'
import * as limits from './limits.mjs'
import * as measures from './measures.mjs'
import { load_average } from './processes.mjs'
import { prepare } from './relay.mjs'

const USAGE = `usage: scripts/bench [options]

  --quick         shorter runs and smaller backlogs, for a look
  --part NAME     only this part; may be repeated: limits, https, http, backlog, latency, memory, waiting,
                  start, size
  --out FILE      where the figures go as JSON (default build/bench.json)
`
const FULL = {
  seconds: 4,
  repeats: 3,
  webhooks: 100_000,
  backlog: 100_000,
  waiting: 1_000_000,
  latency_seconds: 15,
  starts: 9,
}
const QUICK = {
  seconds: 2,
  repeats: 1,
  webhooks: 20_000,
  backlog: 20_000,
  waiting: 100_000,
  latency_seconds: 4,
  starts: 3,
}
const CONNECTIONS = [1, 16, 64]
const RATE = 200

const whole = (value) => Math.round(value)
const one_decimal = (value) => Math.round(value * 10) / 10
const log = (text) => console.error(`bench: ${text}`)

// Of several runs the one in the middle, for what else the machine does; `all` tells how far they lay apart.
async function median_of(repeats, run) {
  const reports = []
  for (let i = 0; i < repeats; i += 1) reports.push(await run())
  const all = reports.map(({ per_second }) => per_second)
  reports.sort((a, b) => a.per_second - b.per_second)
  return { ...reports[Math.floor(reports.length / 2)], all }
}

// Each part gives rows for the table, {what, value, unit, more?, aim?}, and its figures for the file. An aim
// is [least, null] or [null, most].
const parts = {
  async limits({ scale }) {
    const verify = await limits.verifies()
    const { seconds, repeats } = scale
    const insert = await median_of(repeats, () => limits.inserts({ seconds }))
    const empty = await median_of(repeats, () => limits.empty_answers({ tls: true, seconds }))
    const sum = 1 / (1 / empty.per_second + 1 / verify + 1 / insert.per_second)
    const rows = [
      { what: 'limit: RSA-2048 verifications, one core', value: whole(verify), unit: '/s' },
      {
        what: 'limit: webhooks in the store alone, 64 senders',
        value: whole(insert.per_second),
        unit: '/s',
        more: `${insert.per_commit} a commit`,
      },
      { what: 'limit: empty 404 of the listener, HTTPS, 64', value: whole(empty.per_second), unit: '/s' },
      { what: 'limit: 1/(1/404 + 1/verify + 1/insert)', value: whole(sum), unit: '/s' },
    ]
    return { rows, figures: { verify, insert, empty, sum } }
  },

  https: (context) => throughput(context, true),
  http: (context) => throughput(context, false),

  async backlog({ scale }) {
    const drained = await measures.drain_backlog({ count: scale.backlog })
    const share = (seconds) => `${whole((100 * seconds) / drained.seconds)} %`
    const [daemon, cloud] = [share(drained.daemon_cpu_seconds), share(drained.cloud_cpu_seconds)]
    const rows = [
      {
        what: `events relayed and acked, ${scale.backlog} waiting`,
        value: whole(drained.per_second),
        unit: '/s',
        more: `daemon ${daemon} of a core, practice cloud ${cloud}`,
        aim: [10_000, null],
      },
      { what: `start with ${scale.backlog} waiting`, value: drained.start_ms, unit: 'ms' },
    ]
    return { rows, figures: drained }
  },

  async latency({ scale, webhooks }) {
    const times = await measures.receipt_to_ack({ webhooks, rate: RATE, seconds: scale.latency_seconds })
    const rows = [
      { what: `receipt to ack at ${RATE}/s, p50`, value: times.p50_ms, unit: 'ms' },
      {
        what: `receipt to ack at ${RATE}/s, p99`,
        value: times.p99_ms,
        unit: 'ms',
        more: `worst ${times.max_ms}, of ${times.events}`,
        aim: [null, 25],
      },
    ]
    return { rows, figures: times }
  },

  async memory({ scale, webhooks }) {
    const found = await measures.memory_idle_and_loaded({ webhooks, seconds: scale.seconds })
    const rows = [
      { what: 'resident, idle with a live link', ...memory_row(found.idle), aim: [null, 20] },
      {
        what: 'resident at most, 64 connections, link live',
        ...memory_row(found.loaded, 'peak'),
        more: `at ${whole(found.per_second)} webhooks a second`,
      },
    ]
    return { rows, figures: found }
  },

  async waiting({ scale }) {
    const found = await measures.memory_with_waiting({ count: scale.waiting })
    const { waiting, draining, start_ms, database_mib } = found
    const database = `database ${whole(database_mib)} MiB`
    const aim = [null, 64]
    const rows = [
      { what: `resident, ${scale.waiting} waiting, cloud away`, ...memory_row(waiting), aim },
      { what: `resident at most, ${scale.waiting} waiting, draining`, ...memory_row(draining, 'peak'), aim },
      { what: `start with ${scale.waiting} waiting`, value: start_ms, unit: 'ms', more: database },
    ]
    return { rows, figures: found }
  },

  async start({ scale, webhooks }) {
    const times = await measures.start_to_first_200({ webhooks, repeats: scale.starts })
    const more = `median of ${times.runs}, worst ${times.worst_ms}`
    const what = 'start to the first 200, HTTPS'
    return { rows: [{ what, value: times.median_ms, unit: 'ms', more, aim: [null, 200] }], figures: times }
  },

  async size() {
    const bytes = measures.stripped_size()
    const rows = [{ what: 'executable, stripped', value: one_decimal(bytes / 2 ** 20), unit: 'MiB' }]
    return { rows, figures: { bytes } }
  },
}

async function throughput({ scale, webhooks }, tls) {
  const rows = []
  const figures = {}
  for (const connections of CONNECTIONS) {
    const { seconds, repeats } = scale
    const run = () => measures.webhooks_a_second({ tls, webhooks, connections, seconds })
    const report = await median_of(repeats, run)
    figures[connections] = report
    const [p50, p99] = [one_decimal(report.p50_ms), one_decimal(report.p99_ms)]
    const { accepted, repeated } = report.counts
    rows.push({
      what: `durable signed webhooks, ${tls ? 'HTTPS' : 'HTTP'}, ${connections}`,
      value: whole(report.per_second),
      unit: '/s',
      more: `p50 ${p50} ms, p99 ${p99} ms; ${accepted} accepted, ${repeated} repeated`,
    })
  }
  return { rows, figures }
}

function memory_row(memory, which = 'rss') {
  const { anonymous, file } = memory
  const more = `now ${one_decimal(anonymous)} own, ${one_decimal(file)} of files`
  return { value: one_decimal(memory[which]), unit: 'MiB', more }
}

function ratio_row({ limits: alone, https: whole_way }) {
  if (!alone || !whole_way) return []
  const value = whole_way[64].per_second / alone.sum
  const what = 'HTTPS at 64 over the limit of its parts'
  return [{ what, value: Math.round(value * 100) / 100, unit: '', aim: [0.5, null] }]
}

function aim_text({ aim, value }) {
  if (!aim) return ''
  const [least, most] = aim
  const met = least === null ? value < most : value >= least
  return `${least === null ? `< ${most}` : `>= ${least}`} ${met ? 'met' : 'MISSED'}`
}

// Nothing where this is no clone, but an unpacked archive.
function commit() {
  try {
    const options = { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }
    return execFileSync('git', ['describe', '--always', '--dirty'], options).trim()
  } catch {
    return null
  }
}

function machine() {
  const [{ model }] = os.cpus()
  return {
    cpu: model,
    cores: os.cpus().length,
    kernel: os.release(),
    commit: commit(),
    at: new Date().toISOString(),
    load_average: load_average(),
  }
}

const { values } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    part: { type: 'string', multiple: true, default: Object.keys(parts) },
    out: { type: 'string', default: 'build/bench.json' },
    help: { type: 'boolean', default: false },
  },
})
const unknown = values.part.filter((name) => !(name in parts))
if (values.help || unknown.length > 0) {
  console.log(unknown.length > 0 ? `no such part: ${unknown.join(', ')}\n\n${USAGE}` : USAGE)
  process.exit(unknown.length > 0 ? 2 : 0)
}

const scale = values.quick ? QUICK : FULL
const about = machine()
if (about.load_average > 0.5)
  log(`the machine is busy already, with a load of ${about.load_average}: figures will be low`)
const webhooks = await prepare({ count: scale.webhooks, log }).catch((error) => {
  log(`cannot begin: ${error.message}`)
  process.exit(1)
})
const rows = []
const figures = {}
for (const name of values.part) {
  log(name)
  try {
    const part = await parts[name]({ scale, webhooks })
    rows.push(...part.rows)
    figures[name] = part.figures
  } catch (error) {
    log(`${name} could not be measured: ${error.stack}`)
    process.exitCode = 1
  }
}
rows.push(...ratio_row(figures))

print_table(
  ['measured', 'value', 'unit', 'aim', 'more'],
  rows.map((row) => [row.what, row.value, row.unit, aim_text(row), row.more ?? '']),
)
mkdirSync(dirname(values.out), { recursive: true })
const result = { machine: about, quick: values.quick, rows, figures }
writeFileSync(values.out, `${JSON.stringify(result, null, 2)}\n`)
log(`written to ${values.out}`)
