// Kills the daemon again and again under load, at any moment of its life, and holds it to its word: what was
// answered 200 is at Mizo, once, and no start needed a human.
//
//   node tests/end_to_end/crash_kill.mjs [--kills 300] [--seed N] [--senders 8] [--teeth lose|twice]
//
// Each line of its table is a tenth of the run. Exit 0 only if nothing was lost and nothing came twice after
// de-duplication by id. With --teeth the account is falsified on purpose, and the verdict must be "failed": a
// harness that cannot fail proves nothing.
import { once } from 'node:events'
import http from 'node:http'
import { parseArgs } from 'node:util'
import { encode_body, make_occurrence } from '../practice/halopsa/webhook_body.mjs'
import { until } from '../practice/support/until.mjs'
import { audit } from './support/ledger.mjs'
import { make_random } from './support/random.mjs'
import { sign } from './support/webhook_request.mjs'
import { World } from './support/world.mjs'

const USAGE =
  'usage: node tests/end_to_end/crash_kill.mjs [--kills N] [--seed N] [--senders N] [--teeth lose|twice]'
const ANSWER_WITHIN_MS = 3_000
const RETRY_MS = 15
// One kill in so many falls into the start itself, before the daemon is ready.
const EARLY_ONE_IN = 4
const EARLY_MS_MAX = 60
const LIFE_MS_MAX = 250
const DRAINED_WITHIN_MS = 60_000

// HaloPSA as several senders at once: each sends one occurrence until it is answered 200, then the next.
class Load {
  acked = [] // escmsg_ids of what was answered 200
  statuses = new Map()
  #running = true

  constructor(world, senders) {
    this.world = world
    this.agent = new http.Agent({ keepAlive: true, maxSockets: senders })
    this.loops = Array.from({ length: senders }, () => this.#send_on())
  }

  async stop() {
    this.#running = false
    await Promise.all(this.loops)
    this.agent.destroy()
  }

  async #send_on() {
    let ticket = 1
    while (this.#running) {
      const occurrence = make_occurrence({ webhook_id: this.world.halo.webhook.id, ticket_id: ticket++ })
      const body = encode_body([occurrence])
      const headers = {
        'Content-Type': 'application/json',
        ...sign(this.world, body),
        'Content-Length': body.length,
      }
      let status = 0
      while (status !== 200) {
        status = await this.#post(body, headers)
        this.statuses.set(status, (this.statuses.get(status) ?? 0) + 1)
        if (status !== 200) await new Promise((resolve) => setTimeout(resolve, RETRY_MS))
      }
      this.acked.push(occurrence.escmsg_id)
    }
  }

  // The status of the answer; 0 where none came.
  #post(body, headers) {
    return new Promise((resolve) => {
      const options = { method: 'POST', agent: this.agent, headers, timeout: ANSWER_WITHIN_MS }
      const request = http.request(this.world.webhook_url, options, (response) => {
        response.resume()
        response.on('end', () => resolve(response.statusCode))
        response.on('error', () => resolve(0))
      })
      request.on('timeout', () => request.destroy())
      request.on('error', () => resolve(0))
      request.end(body)
    })
  }
}

const moment = (ms) => new Promise((resolve) => setTimeout(resolve, ms))

// Ends this life of the daemon somewhere, and begins the next. Gives what kind of kill it was.
async function kill_once({ daemon }, random, tally) {
  await moment(random.below(LIFE_MS_MAX))
  await daemon.kill()
  while (random.below(EARLY_ONE_IN) === 0) {
    daemon.spawn()
    await moment(random.below(EARLY_MS_MAX))
    await daemon.kill()
    tally.early += 1
    tally.kills += 1
  }
  await daemon.restart()
  tally.kills += 1
  tally.start_ms.push(daemon.ready_after_ms)
  if (daemon.lines.some((line) => /set aside|damaged/.test(line))) throw new Error('the database was damaged')
  // The log of the lives before is not kept: there are hundreds of them.
  daemon.lines.length = 0
  daemon.first_line = 0
}

const print_row = (...cells) => console.log(cells.map((cell) => String(cell).padStart(12)).join(''))

async function run_kills(world, { kills, random, senders }) {
  const tally = { kills: 0, early: 0, start_ms: [] }
  const load = new Load(world, senders)
  const begun = performance.now()
  print_row('seconds', 'kills', 'early', 'answered', 'at Mizo', 'start ms')
  let shown = 0
  while (tally.kills < kills) {
    await kill_once(world, random, tally)
    if (Math.floor((tally.kills * 10) / kills) === shown) continue
    shown = Math.floor((tally.kills * 10) / kills)
    const seconds = ((performance.now() - begun) / 1000).toFixed(1)
    const slowest = Math.max(...tally.start_ms)
    print_row(seconds, tally.kills, tally.early, load.acked.length, world.cloud.events().unique, slowest)
  }
  await load.stop()
  return { load, tally }
}

// The last check of the harness itself: an account that is false must be found out.
function falsify(teeth, arrivals, acked) {
  if (teeth === 'lose') return arrivals.filter(({ dedupkey }) => !dedupkey.includes(acked[0]))
  if (teeth === 'twice') return [...arrivals, { ...arrivals[0], id: '00000000-0000-7000-8000-000000000000' }]
  return arrivals
}

function judge(world, { load, tally }, teeth) {
  const arrivals = falsify(teeth, world.cloud.events().items, load.acked)
  const { lost, doubled } = audit(load.acked, arrivals)
  const violations = world.cloud.violations()
  const answers = [...load.statuses].map(([status, count]) => `${status || 'none'}: ${count}`).join(', ')
  console.log(`\nanswers: ${answers}`)
  console.log(`${tally.kills} kills, ${tally.early} of them before the daemon was ready`)
  console.log(
    `${load.acked.length} answered 200, ${arrivals.length} arrivals, ${world.cloud.events().unique} events`,
  )
  console.log(
    `lost: ${lost.length}, twice after de-duplication: ${doubled.length}, contract: ${violations.length}`,
  )
  for (const { kind, text } of violations.slice(0, 10)) console.log(`  ${kind}: ${text}`)
  for (const key of [...lost, ...doubled].slice(0, 10)) console.log(`  ${key}`)
  return load.acked.length > 0 && lost.length + doubled.length + violations.length === 0
}

async function main() {
  const text = { type: 'string' }
  const { values } = parseArgs({
    options: {
      kills: { ...text, default: '300' },
      seed: { ...text, default: String(Date.now() % 1_000_000) },
      senders: { ...text, default: '8' },
      teeth: text,
      help: { type: 'boolean', default: false },
    },
  })
  if (values.help) return console.log(USAGE) ?? 0
  if (values.teeth && !['lose', 'twice'].includes(values.teeth)) throw new Error(USAGE)
  console.log(`seed ${values.seed}`)
  const world = await World.start({ cloud: { bodies: 'digest' } })
  try {
    world.daemon.keep_ports()
    const random = make_random(Number(values.seed))
    const run = await run_kills(world, {
      kills: Number(values.kills),
      senders: Number(values.senders),
      random,
    })
    // By itself, as it would in the field; only the wait between two tries is cut short.
    await until(() => world.admin.post('/link/retry').then(Boolean, () => false), { poll_ms: 50 })
    await world.drained(DRAINED_WITHIN_MS)
    const good = judge(world, run, values.teeth)
    console.log(`${good ? 'passed' : 'failed'}: ${run.tally.kills} kills, seed ${values.seed}`)
    return good ? 0 : 1
  } finally {
    await world.close()
  }
}

main().then(
  async (status) => {
    process.exitCode = status
    if (process.stdout.writableNeedDrain) await once(process.stdout, 'drain')
    process.exit()
  },
  (error) => {
    console.error(error)
    process.exit(2)
  },
)
