#!/usr/bin/env node
// The practice HaloPSA as a process of its own.
import fs from 'node:fs'
import { parseArgs } from 'node:util'
import { switches_text } from './behaviour.mjs'
import { FAULTS } from './faults.mjs'
import { GUIDE_STEPS } from './guide.mjs'
import { MISTAKES } from './mistakes.mjs'
import { open_pfx } from './pfx.mjs'
import { GUIDES, RIGHTS, start_practice_halopsa } from './practice_halopsa.mjs'
import { presign } from './presign.mjs'
import { DEFAULT_SIGNING } from './signer.mjs'
import { BATCHES, EVENT_TEXTS, PAYLOADS } from './webhook_body.mjs'

const in_lines = (names) => names.join(', ').replace(/(.{60,90}), /g, '$1,\n          ')

const list_of = (described) =>
  Object.entries(described)
    .map(([name, text]) => `  ${name.padEnd(14)} ${text}`)
    .join('\n')

const HELP = `practice-halopsa: a HaloPSA to practise against: its API with sign-in, signed webhooks with
retries and their log, and the page in which agents see tickets with their tabs

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
  --guide G                ${GUIDES.join(' | ')}: how much of the setup guide is done (default nothing)
  --rights R               ${RIGHTS.join(' | ')}: what the application may (default guide)
  --behave NAME=VALUE      a switch; may be repeated; see below
  --api-port N             of the API and the agents' page, on 127.0.0.1 (default 0: any)
  --control-port N         of the control interface, likewise
  --help

When serving, the first line on standard output is JSON:
{"control_url","url","client_id","client_secret","tab_secret","agents_page"}.

control interface (JSON):
  GET  /practice/status
  GET  /practice/deliveries?after=N     the log, one row a try
  POST /practice/certificate            {"pfx_base64","password"} -> {"thumbprint","subject","not_after"}
  POST /practice/webhook                {"url","signing"{},"sending"{},"retry"{},"concurrency",
                                         "active","ca_file"}
  POST /practice/send                   {"kind","payload","count","batch","batch_size","ticket_id",
                                         "agent_id","forged","flip_bit","bom","once","body_base64","wait"}
  POST /practice/repeat                 {"delivery_id"?,"exact"?,"wait"?}
  GET  /practice/instance               what is entered into the relay; tickets, webhooks, switches
  GET  /practice/calls?after=N&on=TEXT  what the API was asked; TEXT: a part of "METHOD /path?query"
  POST /practice/tickets                {"id"?,"summary","status_id","client_id","tickettype_id",…,"by"?}:
                                        a new ticket, or a change; by: the agent; webhooks fire
  POST /practice/actions                {"ticket_id","outcome","note","new_status"?,"by"?}
  POST /practice/guide                  {"done":[STEP…],"undone":[STEP…],"mistakes":[MISTAKE…],
                                         "values":{"webhook_url","tab_url"}}
                                        steps: ${GUIDE_STEPS.join(', ')}
  POST /practice/rights                 {"scopes":[…],"rights":{"Webhook":"none|read|edit",…}}
  POST /practice/behaviour              {NAME:VALUE,…}
  POST /practice/fault                  {"kind","on"?,"times"?,"done"?,…}; on: as TEXT above;
                                        done: what was asked is done, and only the answer is lost
  DELETE /practice/faults
  POST /practice/clock                  {"advance_ms"}
  DELETE /practice/tokens               every token is refused from now on

mistakes: ${in_lines(Object.keys(MISTAKES))}

faults (kind):
${list_of(FAULTS)}

switches:
${switches_text()}
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
      guide: text,
      rights: text,
      behave: { type: 'string', multiple: true, default: [] },
      'api-port': text,
      'control-port': text,
      help: flag,
    },
  }).values
}

const given = (object) =>
  Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined))
const number = (value) => (value === undefined ? undefined : Number(value))

const pairs_of = (settings) =>
  Object.fromEntries(
    settings.map((setting) => {
      const at = setting.indexOf('=')
      return [setting.slice(0, at), setting.slice(at + 1)]
    }),
  )

function webhook_of(values) {
  return given({
    url: values.webhook,
    signing: pairs_of(values.sign),
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
    signing: pairs_of(values.sign),
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
    behaviour: pairs_of(values.behave),
    ...given({ guide: values.guide, rights: values.rights, api_port: number(values['api-port']) }),
    control_port: Number(values['control-port'] ?? 0),
  })
  if (values.pfx) await halo.load_certificate(...read_pfx(values))
  if (values.send) return send_and_exit(halo, values)
  // Before the line is printed: whoever reads it may stop us at once.
  for (const signal of ['SIGTERM', 'SIGINT'])
    process.once(signal, () => halo.close().then(() => process.exit(0)))
  console.log(JSON.stringify(addresses_of(halo)))
}

const addresses_of = ({ control_url, url, client_id, client_secret, guide }) => ({
  ...{ control_url, url, client_id, client_secret },
  tab_secret: guide.tab_secret,
  agents_page: `${url}/agents/tickets`,
})

run().catch((error) => {
  console.error(`practice-halopsa: ${error.message}`)
  process.exit(2)
})
