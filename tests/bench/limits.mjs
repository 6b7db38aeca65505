// What the parts can do by themselves on this machine, to hold the whole against.
import { execFile } from 'node:child_process'
import { rmSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { Relay, make_folder } from './relay.mjs'
import { run_wrk } from './wrk.mjs'

const run = promisify(execFile)
const CONNECTIONS = 64
const store_load = fileURLToPath(new URL('../../build/release/tests/store_load', import.meta.url))

// RSA-2048 verifications a second on one core.
export async function verifies() {
  const { stdout } = await run('openssl', ['speed', '-seconds', '2', '-mr', 'rsa2048'])
  // "+F2:2:2048:<signatures a second>:<verifications a second>"
  const fields = stdout.split('\n').find((line) => line.startsWith('+F2:')).split(':')
  return Number(fields[4])
}

// Webhooks that the daemon's own store commits a second, for as many senders as there are connections.
export async function inserts({ seconds }) {
  const folder = make_folder('inserts')
  try {
    const { stdout } = await run(store_load, ['inserts', folder, `${seconds}`, `${CONNECTIONS}`])
    return JSON.parse(stdout)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

// The cheapest answer of the listener for webhooks: a GET of an unknown path is answered 404 without a body,
// on a connection that stays open.
export function empty_answers({ tls, seconds }) {
  return Relay.within({ tls }, async (relay) => {
    const report = await run_wrk({ url: `${relay.base_url}/`, connections: CONNECTIONS, seconds })
    if (report.socket_errors > 0) throw new Error(`${report.socket_errors} connections failed`)
    return report
  })
}

// Adds waiting events to the store of a daemon that does not run.
export async function fill(data_dir, count) {
  const { stdout } = await run(store_load, ['fill', data_dir, `${count}`])
  return JSON.parse(stdout)
}
