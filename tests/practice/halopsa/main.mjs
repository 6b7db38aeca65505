#!/usr/bin/env node
// The practice HaloPSA as a process of its own.
import fs from 'node:fs'
import { parseArgs } from 'node:util'
import { open_pfx } from './pfx.mjs'
import { start_practice_halopsa } from './practice_halopsa.mjs'
import { presign } from './presign.mjs'
import { DEFAULT_SIGNING } from './signer.mjs'
import { BATCHES, EVENT_TEXTS, PAYLOADS } from './webhook_body.mjs'

const HELP = `practice-halopsa: a HaloPSA to practise against: signed webhooks, retries, delivery log

usage: node tests/practice/halopsa/main.mjs [options]               serve until SIGTERM or SIGINT
       node tests/practice/halopsa/main.mjs --send KIND [options]   send, print the rows;
                                                              exit 0 if all were answered 2xx
       node tests/practice/halopsa/main.mjs --presign FILE --count N [options]

  --webhook URL            where to deliver (http or https)
  --ca FILE                the one CA to trust, for https (default: Node's list)
  --pfx FILE               the certificate to sign with
  --pfx-password-file FILE its password (first line)
  --sign NAME=VALUE        a signing setting; may be repeated: ${Object.keys(DEFAULT_SIGNING).join(', ')}
  --retry-interval-ms N, --attempts-max N, --timeout-ms N, --concurrency N
  --same-id                retries keep "id" (else each try has its own; "escmsg_id" always stays)
  --no-keep-alive, --chunked, --expect-continue
  --send KIND              ${Object.keys(EVENT_TEXTS).join(' | ')}
  --payload P              ${PAYLOADS.join(' | ')}
  --batch B                ${BATCHES.join(' | ')}
  --count N                how many deliveries (default 1)
  --forged, --bom          signed with another key; with a byte order mark
  --presign FILE           write N bodies with their signatures, for load tests (format: presign.mjs)
  --control-port N         of the control interface, on 127.0.0.1 (default 0: any)
  --help

When serving, the first line on standard output is JSON: {"control_url"}.

control interface (JSON):
  GET  /practice/status
  GET  /practice/deliveries?after=N     the log, one row a try
  POST /practice/certificate            {"pfx_base64","password"} -> {"thumbprint","subject","not_after"}
  POST /practice/webhook                {"url","signing"{},"sending"{},"retry"{},"concurrency",
                                         "active","ca_file"}
  POST /practice/send                   {"kind","payload","count","batch","batch_size","ticket_id",
                                         "agent_id","forged","flip_bit","bom","once","body_base64","wait"}
  POST /practice/repeat                 {"delivery_id"?,"exact"?,"wait"?}
`

function parse_command_line() {
  const text = { type: 'string' }
  const flag = { type: 'boolean', default: false }
  return parseArgs({
    options: {
      webhook: text,
      ca: text,
      pfx: text,
      'pfx-password-file': text,
      sign: { type: 'string', multiple: true, default: [] },
      'retry-interval-ms': text,
      'attempts-max': text,
      'timeout-ms': text,
      concurrency: text,
      'same-id': flag,
      'no-keep-alive': flag,
      chunked: flag,
      'expect-continue': flag,
      send: text,
      payload: text,
      batch: text,
      count: text,
      forged: flag,
      bom: flag,
      presign: text,
      'control-port': text,
      help: flag,
    },
  }).values
}

const given = (object) =>
  Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined))
const number = (value) => (value === undefined ? undefined : Number(value))

function signing_of({ sign }) {
  return Object.fromEntries(
    sign.map((setting) => {
      const at = setting.indexOf('=')
      return [setting.slice(0, at), setting.slice(at + 1)]
    }),
  )
}

function webhook_of(values) {
  return given({
    url: values.webhook,
    signing: signing_of(values),
    concurrency: number(values.concurrency),
    sending: given({
      ca: values.ca && fs.readFileSync(values.ca, 'utf8'),
      keep_alive: !values['no-keep-alive'],
      chunked: values.chunked,
      expect_continue: values['expect-continue'],
      timeout_ms: number(values['timeout-ms']),
    }),
    retry: given({
      interval_ms: number(values['retry-interval-ms']),
      attempts_max: number(values['attempts-max']),
      fresh_id: !values['same-id'],
    }),
  })
}

const read_pfx = (values) => [
  fs.readFileSync(values.pfx),
  fs.readFileSync(values['pfx-password-file'], 'utf8').split(/\r?\n/)[0],
]

async function presign_to_file(values) {
  const key = values.pfx ? (await open_pfx(...read_pfx(values))).key : undefined
  const what = given({ kind: values.send, payload: values.payload })
  const result = await presign({
    key,
    count: Number(values.count ?? 1000),
    out: values.presign,
    signing: signing_of(values),
    ...what,
  })
  console.log(JSON.stringify(result))
}

async function send_and_exit(halo, values) {
  const what = given({
    kind: values.send,
    payload: values.payload,
    batch: values.batch,
    count: number(values.count),
    forged: values.forged,
    bom: values.bom,
  })
  const rows = await Promise.all(halo.send(what).map(({ settled }) => settled))
  for (const row of rows) console.log(JSON.stringify(row))
  await halo.close()
  process.exit(rows.every(({ status }) => status === 'success') ? 0 : 1)
}

async function run() {
  const values = parse_command_line()
  if (values.help) return void process.stdout.write(HELP)
  if (values.presign) return presign_to_file(values)
  const halo = await start_practice_halopsa({
    webhook: webhook_of(values),
    control_port: Number(values['control-port'] ?? 0),
  })
  if (values.pfx) await halo.load_certificate(...read_pfx(values))
  if (values.send) return send_and_exit(halo, values)
  // Before the line is printed: whoever reads it may stop us at once.
  for (const signal of ['SIGTERM', 'SIGINT'])
    process.once(signal, () => halo.close().then(() => process.exit(0)))
  console.log(JSON.stringify({ control_url: halo.control_url }))
}

run().catch((error) => {
  console.error(`practice-halopsa: ${error.message}`)
  process.exit(2)
})
