// The main job on real input: the daemon between the practice HaloPSA and the practice cloud.
//
//   node tests/demo/demo.mjs           serves until Ctrl-C: prints the admin address and the setup code,
//                                      and lets HaloPSA send something every few seconds
//   node tests/demo/demo.mjs --once    sends one of everything, prints what travelled and when; exit 0 only
//                                      if every event arrived exactly once, byte for byte, and the forged
//                                      webhook was refused
import { createHash } from 'node:crypto'
import { parseArgs } from 'node:util'
import { World } from '../end_to_end/support/world.mjs'
import { print_table } from './table.mjs'

const KINDS = ['created', 'status_changed', 'changed', 'updated', 'action_added', 'other']
const SEND_EVERY_MS = 4_000
const COLUMNS = [
  ...['webhook', 'HTTP', 'answer', 'bytes', 'answered ms'],
  ...['seq', 'sent ms', 'at Mizo ms', 'acked ms', 'arrived'],
]

const USAGE = `usage: node tests/demo/demo.mjs [--once] [--admin-port N] [--webhook-port N]`

// One of everything that HaloPSA may send; each entry: what it is, and the delivery.
async function send_everything(halo) {
  const sent = []
  const send = async (what, options) => {
    const [delivery] = halo.send(options)
    await delivery.settled
    sent.push({ what, delivery })
  }
  for (const kind of KINDS) await send(kind, { kind })
  await send('created, full payload', { kind: 'created', payload: 'full' })
  await send('changed, event only', { kind: 'changed', payload: 'event_only' })
  await send('batch of 3, array', { kind: 'created', batch: 'array', batch_size: 3 })
  await send('batch of 3, wrapped', { kind: 'status_changed', batch: 'wrapper', batch_size: 3 })
  await send('not JSON, but signed', { body: Buffer.from('this is no JSON at all') })
  const repeat = halo.repeat({ delivery_id: sent[0].delivery.id })
  await repeat.settled
  sent.push({ what: 'repeat of the first', delivery: repeat })
  await send('forged: another key', { kind: 'created', forged: true })
  await send('changed on the way', { kind: 'created', flip_bit: 77 })
  return sent
}

const sha256 = (bytes) => createHash('sha256').update(bytes).digest('hex')
const ms_between = (from, to) => new Date(to).getTime() - new Date(from).getTime()

// What the daemon, HaloPSA's log and the cloud's log say of one delivery.
async function account_of(world, { what, delivery }) {
  const row = await delivery.settled
  const bytes = Buffer.from(row.requestbody_base64, 'base64')
  const answer = row.responsebody ? JSON.parse(row.responsebody) : {}
  const account = { what, status: row.responsestatus, size: bytes.length, answer_ms: row.duration_ms }
  account.answered = answer.status ?? 'refused'
  if (answer.status !== 'accepted') return { ...account, events: [] }

  const detail = await world.admin.get(`/deliveries/${answer.delivery}`)
  const arrivals = world.cloud.events().items
  account.events = detail.event_list.map((event) => {
    const arrived = arrivals.filter(({ id }) => id === event.id)
    const own = detail.timeline.filter((entry) => entry.event_id === event.id)
    const stage = (name) => own.find((entry) => entry.stage === name)
    return {
      seq: event.seq,
      times: arrived.length,
      same: arrived.every((each) => each.sha256 === sha256(bytes)),
      sent_ms: stage('sent') ? ms_between(detail.received_at, stage('sent').at) : null,
      cloud_ms: arrived[0] ? ms_between(detail.received_at, arrived[0].at) : null,
      acked_ms: event.acked_at ? ms_between(detail.received_at, event.acked_at) : null,
    }
  })
  return account
}

function arrival_of({ times, same }) {
  return times === 1 && same ? 'once, byte for byte' : `${times} times, ${same ? 'same' : 'OTHER'} bytes`
}

function rows_of(account) {
  const begin = [account.what, account.status, account.answered, account.size, account.answer_ms]
  if (account.events.length === 0) return [[...begin, '', '', '', '', '']]
  return account.events.map((event, index) => [
    ...(index === 0 ? begin : ['', '', '', '', '']),
    event.seq,
    event.sent_ms,
    event.cloud_ms,
    event.acked_ms,
    arrival_of(event),
  ])
}

// What is wrong with it, in words; nothing when all is as it must be.
function faults_of(accounts, cloud) {
  const faults = []
  for (const { what, status, answered, events } of accounts) {
    const must_be_refused = /^forged|^changed on/.test(what)
    if (must_be_refused !== (status === 401)) faults.push(`${what}: answered ${status}`)
    if (what.startsWith('repeat') && answered !== 'repeated') faults.push(`${what}: answered ${answered}`)
    for (const { seq, times, same } of events)
      if (times !== 1 || !same) faults.push(`event ${seq}: arrived ${times} times${same ? '' : ', changed'}`)
  }
  const stored = accounts.reduce((sum, { events }) => sum + events.length, 0)
  const { total } = cloud.events()
  if (total !== stored) faults.push(`${stored} events stored, ${total} arrived`)
  for (const { kind, text } of cloud.violations()) faults.push(`link contract: ${kind}: ${text}`)
  return faults
}

async function once(world) {
  const sent = await send_everything(world.halo)
  await world.drained()
  const accounts = []
  for (const each of sent) accounts.push(await account_of(world, each))
  print_table(COLUMNS, accounts.flatMap(rows_of))
  const faults = faults_of(accounts, world.cloud)
  for (const fault of faults) console.log(`WRONG: ${fault}`)
  const events = accounts.reduce((sum, account) => sum + account.events.length, 0)
  if (faults.length === 0)
    console.log(`\n${events} events arrived exactly once, byte for byte; the forged webhooks were refused.`)
  return faults.length === 0
}

async function serve(world) {
  console.log(`
  admin page   ${world.daemon.admin_url}
  setup code   ${world.daemon.setup_code}
  webhooks     ${world.webhook_url}
  Mizo cloud   ${world.cloud.base_url} (practice)

  HaloPSA sends a webhook every ${SEND_EVERY_MS / 1000} s. Ctrl-C ends all of it.
`)
  let turn = 0
  const timer = setInterval(() => {
    const kind = KINDS[turn % KINDS.length]
    const forged = turn % 10 === 9
    world.halo.send({ kind, payload: turn % 4 === 3 ? 'full' : 'small', forged })
    turn += 1
  }, SEND_EVERY_MS)
  await new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, resolve)
  })
  clearInterval(timer)
  return true
}

const { values } = parseArgs({
  options: {
    once: { type: 'boolean', default: false },
    'admin-port': { type: 'string', default: '8470' },
    'webhook-port': { type: 'string', default: '8471' },
    help: { type: 'boolean', default: false },
  },
})
if (values.help) {
  console.log(USAGE)
  process.exit(0)
}
const ports = values.once ? [0, 0] : [values['admin-port'], values['webhook-port']]
const world = await World.start({
  settings: {
    'admin.listen': `127.0.0.1:${ports[0]}`,
    'webhook.listen': `127.0.0.1:${ports[1]}`,
    'webhook.tls': 'auto',
  },
})
let ok = false
try {
  ok = values.once ? await once(world) : await serve(world)
} finally {
  await world.close()
}
process.exit(ok ? 0 : 1)
