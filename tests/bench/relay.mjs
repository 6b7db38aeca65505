// The relay as it is measured: a data directory that was set up once, with a certificate, and webhooks signed
// with it. Both are kept in build/bench, since signing takes longer than measuring.
import { cpSync, existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Admin } from '../end_to_end/support/admin.mjs'
import { CloudProcess } from '../end_to_end/support/cloud_process.mjs'
import { Daemon } from '../end_to_end/support/daemon.mjs'
import { open_pfx } from '../practice/halopsa/pfx.mjs'
import { presign } from '../practice/halopsa/presign.mjs'
import { until } from '../practice/support/until.mjs'

export const folder = fileURLToPath(new URL('../../build/bench/', import.meta.url))
const prepared = join(folder, 'data-dir')
const WEBHOOK_ID = '0b6c2c47-6d1c-4e0c-8c6f-3d1f0f6f6a41'

// Not in a temporary folder, which may be memory: what is measured is a disk.
export function make_folder(name) {
  mkdirSync(folder, { recursive: true })
  return mkdtempSync(join(folder, `${name}-`))
}

// Makes the data directory and the signed webhooks where they are missing or fit no longer. Gives {file,
// header, count}.
export async function prepare({ count, log }) {
  const certificate = existsSync(prepared) ? await known_certificate() : null
  const { thumbprint, pfx, password } = certificate ?? (await set_up())
  const file = join(folder, `webhooks-${thumbprint}-${count}.bin`)
  if (!existsSync(file)) {
    log(`signing ${count} webhooks`)
    const { key } = await open_pfx(pfx, password)
    await presign({ key, count, out: `${file}.part`, webhook_id: WEBHOOK_ID })
    renameSync(`${file}.part`, file)
  }
  return { file, header: 'X-Signature', count }
}

async function with_certificate_of(admin) {
  const [certificate] = await admin.all('/certificates')
  const { id, thumbprint } = certificate
  return { thumbprint, pfx: await admin.pfx(id), password: await admin.password(id) }
}

// Nothing where this daemon cannot work with the data directory of an earlier one.
async function known_certificate() {
  const daemon = new Daemon({ data_dir: copy_of_prepared(), settings: { 'webhook.tls': 'off' } })
  try {
    await daemon.start()
    return await with_certificate_of(new Admin(daemon))
  } catch {
    return null
  } finally {
    await daemon.discard()
  }
}

async function set_up() {
  rmSync(prepared, { recursive: true, force: true })
  mkdirSync(prepared, { recursive: true, mode: 0o700 })
  const daemon = new Daemon({ data_dir: prepared, settings: { 'webhook.tls': 'auto' } })
  await daemon.start()
  const admin = new Admin(daemon)
  await admin.post('/certificates')
  const certificate = await with_certificate_of(admin)
  await daemon.stop()
  return certificate
}

function copy_of_prepared() {
  const copy = make_folder('run')
  cpSync(prepared, copy, { recursive: true })
  return copy
}

// One daemon on a fresh copy of the prepared directory; with `cloud`, enrolled with a practice cloud.
export class Relay {
  static async start({ tls = true, cloud = false } = {}) {
    const relay = new Relay()
    relay.tls = tls
    try {
      const settings = { 'webhook.tls': tls ? 'auto' : 'off' }
      relay.daemon = new Daemon({ data_dir: copy_of_prepared(), settings })
      await relay.daemon.start()
      relay.daemon.keep_ports()
      relay.admin = new Admin(relay.daemon)
      relay.path = (await relay.admin.get('/webhook')).path
      if (cloud) await relay.#enroll()
    } catch (error) {
      await relay.close()
      throw error
    }
    return relay
  }

  static async within(options, work) {
    const relay = await Relay.start(options)
    try {
      return await work(relay)
    } finally {
      await relay.close()
    }
  }

  async #enroll() {
    this.cloud = new CloudProcess({ options: { bodies: 'digest' } })
    await this.cloud.start()
    await this.admin.post('/link/enroll', { url: this.cloud.base_url, code: await this.cloud.make_code() })
    await this.linked()
  }

  linked() {
    const live = async () => (await this.admin.get('/link')).state === 'live'
    return until(live, { what: 'the link is live', timeout_ms: 15_000, poll_ms: 20 })
  }

  get base_url() {
    return `${this.tls ? 'https' : 'http'}://127.0.0.1:${this.daemon.webhook_port}`
  }

  get url() {
    return `${this.base_url}${this.path}`
  }

  // The relay's own count of what came since its start.
  async counts() {
    const metrics = (await this.admin.request('GET', '/metrics')).body.toString()
    const value = (outcome) =>
      Number(new RegExp(`^mizo_relay_webhooks_total\\{outcome="${outcome}"\\} (\\d+)`, 'm').exec(metrics)[1])
    return { accepted: value('accepted'), repeated: value('repeated'), rejected: value('rejected') }
  }

  async close() {
    await this.daemon?.discard()
    await this.cloud?.close()
  }
}
