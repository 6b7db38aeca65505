#!/usr/bin/env node
// The practice cloud as a process of its own.
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { make_server_certificate } from '../support/tls.mjs'
import { fault_names } from './fault_commands.mjs'
import { start_practice_cloud } from './practice_cloud.mjs'
import { garbage_kinds } from './session_faults.mjs'

const HELP = `practice-cloud: a Mizo cloud to practise against (docs/link-protocol.md)

usage: node tests/practice/cloud/main.mjs [options]

  --data-dir DIR         where log.ndjson and relays.json are kept (default: a new temporary folder)
  --host ADDRESS         to listen on (default 127.0.0.1; anything but loopback needs TLS)
  --port N               of the link (default 0: any)
  --control-port N       of the control interface, on 127.0.0.1 (default 0: any)
  --tls                  wss with a certificate from a small CA, made in DIR/tls
  --tls-cert, --tls-key  wss with these PEM files
  --name NAME            a host name that tokens may be for; may be repeated (default: the loopback names)
  --code                 make an enrolment code at start, and print it
  --bodies full|digest   what the log keeps of each event (default full)
  --assistant            work on new tickets as Mizo would: read them, send insights, resolve on demand
  --deflate              negotiate permessage-deflate
  --window-events N, --window-bytes N, --heartbeat-ms N, --dead-ms N, --progress-ms N, --max-message N
  --help

The first line on standard output is JSON:
{"connect_url","base_url","control_url","data_dir","ca_file","code"}. It ends on SIGTERM or SIGINT.

control interface (JSON):
  GET  /practice/status                  streams, sessions, counts, faults
  GET  /practice/events?after=&limit=    what came: id, seq, sha256, receivedat, at, duplicate
  GET  /practice/violations              what broke the contract
  GET  /practice/frames?last=N           the last frames, both ways
  GET  /practice/disconnects             how connections ended
  POST /practice/code                    {"expires_in_s"?} -> {"code"}
  POST /practice/ask                     {"frame", "relay_id"?}: a request or command; gives its answer
  POST /practice/send                    {"frame", "relay_id"?, "unchecked"?}: any frame, checked
  POST /practice/fault                   {"fault", …, "relay_id"?}

faults: ${fault_names.join(', ')}
  close {code, text?, bye?, retry_ms?}     drain {reason?, deadline_ms?, url?}   rewind {from_seq, reason?}
  nack {seq? | every?, times?, final?, retry_ms?, code?, text?}
  forget {durable_seq | null, epoch?, disconnect?}
  window {events, bytes?}                  limits {window?, max_message?, …}: from the next welcome on
  ack_late {delay_ms}
  black_hole {stage: before_tls | before_upgrade | before_welcome | null}
  refuse_batch {status?, headers?, page?, body?, count?}
  batches {wait_ms?, whole?}: how long requests wait, and whether responses come whole
  refuse_key {status: 401 | 403, count?}   refuse_enroll {status?, headers?, count?}   refuse_version {count?}
  tab_answer {ok?, code?, text?}: what a button of the tab is answered with
  stop_reading {for_ms?}                   mute {on?}: neither ping nor pong      clock {offset_ms}
  garbage {kind: ${garbage_kinds.join(' | ')}}
`

const LIMIT_FLAGS = ['heartbeat-ms', 'dead-ms', 'progress-ms', 'max-message']

function parse_command_line() {
  const text = { type: 'string' }
  const flag = { type: 'boolean', default: false }
  const { values } = parseArgs({
    options: {
      'data-dir': text,
      host: text,
      port: text,
      'control-port': text,
      tls: flag,
      'tls-cert': text,
      'tls-key': text,
      name: { type: 'string', multiple: true },
      code: flag,
      bodies: text,
      deflate: flag,
      assistant: flag,
      help: flag,
      'window-events': text,
      'window-bytes': text,
      ...Object.fromEntries(LIMIT_FLAGS.map((name) => [name, text])),
    },
  })
  return values
}

function limits_of(values) {
  const limits = {}
  for (const name of LIMIT_FLAGS) if (values[name]) limits[name.replaceAll('-', '_')] = Number(values[name])
  if (values['window-events'] || values['window-bytes']) {
    limits.window = {
      events: Number(values['window-events'] ?? 256),
      bytes: Number(values['window-bytes'] ?? 8388608),
    }
  }
  return limits
}

function tls_of(values, folder) {
  if (values.tls) return make_server_certificate({ folder: path.join(folder, 'tls'), names: values.name })
  if (!values['tls-cert']) return null
  return {
    cert: fs.readFileSync(values['tls-cert'], 'utf8'),
    key: fs.readFileSync(values['tls-key'], 'utf8'),
  }
}

async function run() {
  const values = parse_command_line()
  if (values.help) return void process.stdout.write(HELP)
  const folder = values['data-dir'] ?? fs.mkdtempSync(path.join(os.tmpdir(), 'practice-cloud-'))
  const tls = tls_of(values, folder)
  const cloud = await start_practice_cloud({
    folder,
    host: values.host,
    port: Number(values.port ?? 0),
    control_port: Number(values['control-port'] ?? 0),
    tls,
    names: values.name,
    bodies: values.bodies,
    deflate: values.deflate,
    assistant: values.assistant,
    limits: limits_of(values),
  })
  // Before the line is printed: whoever reads it may stop us at once.
  for (const signal of ['SIGTERM', 'SIGINT'])
    process.once(signal, () => cloud.close().then(() => process.exit(0)))
  const code = values.code ? cloud.make_code() : undefined
  console.log(
    JSON.stringify({
      connect_url: cloud.connect_url_here,
      base_url: cloud.base_url,
      control_url: cloud.control_url,
      data_dir: folder,
      ca_file: tls?.ca_file,
      code,
    }),
  )
}

run().catch((error) => {
  console.error(`practice-cloud: ${error.message}`)
  process.exit(2)
})
