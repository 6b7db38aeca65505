// One of everything that HaloPSA may send, and what became of each: the daemon's, HaloPSA's and the cloud's
// account of it side by side.
import { createHash } from 'node:crypto'
import { print_table } from './table.mjs'

export const KINDS = ['created', 'status_changed', 'changed', 'updated', 'action_added', 'other']
const COLUMNS = [
  ...['webhook', 'HTTP', 'answer', 'bytes', 'answered ms'],
  ...['seq', 'sent ms', 'at Mizo ms', 'acked ms', 'arrived'],
]

// Sends, prints what travelled and when, and gives what is wrong with it, in words.
export async function send_and_follow(world) {
  const arrived_before = world.cloud.events().total
  const sent = await send_everything(world.halo)
  await world.drained()
  const accounts = []
  for (const each of sent) accounts.push(await account_of(world, each))
  print_table(COLUMNS, accounts.flatMap(rows_of))
  const events = accounts.reduce((sum, account) => sum + account.events.length, 0)
  const faults = accounts.flatMap(faults_of)
  const arrived = world.cloud.events().total - arrived_before
  if (arrived !== events) faults.push(`${events} events stored, ${arrived} arrived`)
  return { events, faults }
}

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
  await send('created, custom payload', { kind: 'created', payload: 'custom' })
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

function faults_of({ what, status, answered, events }) {
  const faults = []
  const must_be_refused = /^forged|^changed on/.test(what)
  if (must_be_refused !== (status === 401)) faults.push(`${what}: answered ${status}`)
  if (what.startsWith('repeat') && answered !== 'repeated') faults.push(`${what}: answered ${answered}`)
  if (!must_be_refused && !what.startsWith('repeat') && events.length === 0) faults.push(`${what}: no event`)
  for (const { seq, times, same } of events)
    if (times !== 1 || !same) faults.push(`event ${seq}: arrived ${times} times${same ? '' : ', changed'}`)
  return faults
}
