// The faults by name, as `POST /practice/fault {"fault": …}` and the module's `fault()` take them.
// Where a connection is meant, it is the newest live one, or that of `relay_id`.
import { HttpError } from '../support/http.mjs'
import { drain, reset, resume_reading, send_garbage, stop_reading } from './session_faults.mjs'

const needs_integer = (value, name) => {
  if (!Number.isInteger(value)) throw new HttpError(400, `${name} must be an integer`)
  return value
}

const on_session = (action) => (cloud, args) => action(cloud.live_session(args.relay_id), args)

const set_acks = (acks) => (cloud, args) => {
  cloud.faults.acks = {
    ...acks,
    ...(acks.delay_ms === undefined ? { delay_ms: needs_integer(args.delay_ms, 'delay_ms') } : {}),
  }
  if (acks.on) for (const session of cloud.live_sessions()) session.flush_acks()
}

// Lowers what the cloud says it has of a stream; `durable_seq` null: it knows nothing; `epoch`: it knows
// another.
function forget(cloud, { relay_id, durable_seq = null, epoch, disconnect = true }) {
  const relay = relay_id ?? cloud.live_session().relay_id
  const known = cloud.log.ledger.streams().find((stream) => stream.relay === relay)
  const record =
    durable_seq === null
      ? { r: 'forget', relay, epoch: null, durable_seq: null }
      : {
          r: 'forget',
          relay,
          epoch: epoch ?? known?.epoch ?? null,
          durable_seq: needs_integer(durable_seq, 'durable_seq'),
        }
  return new Promise((resolve) => {
    cloud.log.append({ ...record, at: cloud.timestamp() }, () => {
      if (disconnect) for (const session of cloud.live_sessions(relay)) session.close(1001, 'restarting')
      resolve()
    })
  })
}

function set_limits(cloud, { fault, relay_id, ...limits }) {
  for (const name of Object.keys(limits))
    if (!(name in cloud.limits)) throw new HttpError(400, `no limit ${name}`)
  Object.assign(cloud.limits, limits)
}

const refuse =
  (what, defaults) =>
  (cloud, { status = defaults.status, count, headers = defaults.headers, page, body }) =>
    cloud.faults.refuse(what, { status, headers, page, body }, count)

const FAULTS = {
  // at once, on a live connection
  close: on_session((session, { code = 1001, text = 'practice close', bye = true, retry_ms }) =>
    session.close(code, text, { bye, retry_ms }),
  ),
  reset: on_session(reset),
  drain: on_session(drain),
  garbage: on_session(send_garbage),
  rewind: on_session((session, { from_seq, reason = 'practice rewind' }) =>
    session.rewind(needs_integer(from_seq, 'from_seq'), reason),
  ),
  window: on_session((session, { events, bytes = session.limits.window.bytes }) =>
    session.set_window({ events: needs_integer(events, 'events'), bytes }),
  ),
  stop_reading: on_session((session, { for_ms }) => stop_reading(session, for_ms)),
  resume_reading: on_session(resume_reading),
  forget,
  // until changed or cleared
  stop_acking: set_acks({ on: false, delay_ms: 0 }),
  ack_late: set_acks({ on: true }),
  ack_normally: set_acks({ on: true, delay_ms: 0 }),
  nack: (cloud, args) => cloud.faults.add_nack(args),
  mute: (cloud, { on = true }) => {
    cloud.faults.mute = on
  },
  black_hole: (cloud, { stage = null }) => cloud.faults.set_black_hole(stage),
  refuse_key: refuse('connect', { status: 401 }),
  refuse_batch: refuse('batch', { status: 503, headers: { 'Retry-After': '1' } }),
  batches: (cloud, { wait_ms = cloud.batches.wait_ms, whole = cloud.batches.whole }) =>
    Object.assign(cloud.batches, { wait_ms, whole }),
  tab_answer: (cloud, { ok = true, code, text }) => {
    cloud.faults.tab_answer = { ok, code, text }
  },
  refuse_enroll: refuse('enroll', { status: 429, headers: { 'Retry-After': '30' } }),
  refuse_version: refuse('version', {}),
  limits: set_limits,
  clock: (cloud, { offset_ms }) => {
    cloud.faults.clock_offset_ms = needs_integer(offset_ms, 'offset_ms')
  },
  clear: (cloud) => {
    cloud.faults.clear()
    for (const session of cloud.live_sessions()) session.flush_acks()
  },
}

export const fault_names = Object.keys(FAULTS)

export async function apply_fault(cloud, command) {
  const fault = Object.hasOwn(FAULTS, command.fault) ? FAULTS[command.fault] : null
  if (!fault) throw new HttpError(400, `no fault ${command.fault}; there is ${fault_names.join(', ')}`)
  await fault(cloud, command)
}
