// The main job on real input: the daemon between the practice HaloPSA and the practice cloud.
//
//   node tests/demo/demo.mjs           serves until Ctrl-C: prints the addresses and the setup code, and lets
//                                      agents work on tickets in HaloPSA every few seconds
//   node tests/demo/demo.mjs --once    mends the setup guide in a HaloPSA that has none of it, follows a test
//                                      ticket there and back, sends one of everything, and prints all of it;
//                                      exit 0 only if every check is right, every event arrived exactly once,
//                                      byte for byte, and the forged webhook was refused
import { parseArgs } from 'node:util'
import { World } from '../end_to_end/support/world.mjs'
import { send_and_follow } from './everything.mjs'
import { follow_test_ticket, mend_guide, show_guide } from './guide.mjs'

const WORK_EVERY_MS = 4_000

const USAGE = `usage: node tests/demo/demo.mjs [--once] [--guide nothing|done]
                                [--admin-port N] [--webhook-port N]`

async function once(world) {
  const before = await mend_guide(world)
  const faults = await follow_test_ticket(world)
  console.log()
  faults.push(...(await show_guide(world, before)))
  console.log()
  await sign_by_hand(world)
  const everything = await send_and_follow(world)
  faults.push(...everything.faults)
  for (const { kind, text } of world.cloud.violations()) faults.push(`link contract: ${kind}: ${text}`)
  for (const fault of faults) console.log(`WRONG: ${fault}`)
  if (faults.length > 0) return false
  console.log(`
Every step of the guide is right; the test ticket came back; ${everything.events} more events arrived exactly
once, byte for byte; the forged webhooks were refused.`)
  return true
}

// From here on the demo writes webhooks itself, with the certificate that the relay put into HaloPSA.
async function sign_by_hand({ halo, admin, daemon }) {
  const [certificate] = halo.instance.certificates.all()
  const { path } = await admin.get('/webhook')
  const url = `https://127.0.0.1:${daemon.webhook_port}${path}`
  halo.set_webhook({ url, certificate_id: certificate.id })
}

async function serve(world) {
  const { daemon, cloud, halo } = world
  const { url: webhook_url } = await world.admin.get('/webhook')
  console.log(`
  admin page     ${daemon.admin_url}
  setup code     ${daemon.setup_code}
  webhooks       ${webhook_url}

  HaloPSA        ${halo.url} (practice), client ID ${halo.client_id}
  agents' page   ${halo.url}/agents/tickets?agent=3
  Mizo cloud     ${cloud.base_url} (practice)

  In HaloPSA, agents work on tickets every ${WORK_EVERY_MS / 1000} s. Ctrl-C ends all of it.
`)
  let turn = 0
  const timer = setInterval(() => work(halo, (turn += 1)), WORK_EVERY_MS)
  await new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, resolve)
  })
  clearInterval(timer)
  return true
}

// What agents do, in turn, on the newest ticket; now and then a stranger sends something too.
function work(halo, turn) {
  const SUMMARIES = [
    'The printer does not answer',
    'No sound in meetings',
    'Mailbox full',
    'VPN drops at noon',
  ]
  const newest = halo.instance.tickets.all().at(-1)
  const deeds = [
    () => halo.add_ticket({ summary: SUMMARIES[turn % SUMMARIES.length], tickettype_id: 25 }),
    () => halo.add_action(newest.id, { note: 'Asked the user since when', new_status: 2 }),
    () => halo.add_action(newest.id, { outcome: 'Email User', note: 'We are on it' }),
    () => halo.change_ticket(newest.id, { client_id: 18 }),
  ]
  if (turn % 10 === 9 && halo.webhook.url) halo.send({ kind: 'created', forged: true })
  else deeds[newest ? turn % deeds.length : 0]()
}

const { values } = parseArgs({
  options: {
    once: { type: 'boolean', default: false },
    guide: { type: 'string' },
    'admin-port': { type: 'string', default: '8470' },
    'webhook-port': { type: 'string', default: '8471' },
    help: { type: 'boolean', default: false },
  },
})
if (values.help) {
  console.log(USAGE)
  process.exit(0)
}
const guide = values.guide ?? (values.once ? 'nothing' : 'done')
const ports = values.once ? [0, 0] : [values['admin-port'], values['webhook-port']]
const world = await World.start({
  settings: {
    'admin.listen': `127.0.0.1:${ports[0]}`,
    'webhook.listen': `127.0.0.1:${ports[1]}`,
    'webhook.tls': 'auto',
  },
  halo: { guide, rights: 'admin' },
  cloud: { assistant: true },
  certificate: guide === 'done',
})
let ok = false
try {
  ok = values.once ? await once(world) : await serve(world)
} finally {
  await world.close()
}
process.exit(ok ? 0 : 1)
