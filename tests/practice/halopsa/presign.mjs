// Signs many webhook bodies beforehand, on several threads, so that a load test measures the receiver and not
// RSA.
//
// The file: one record after another, each {u32 body length, u32 header value length, body, header value},
// little endian. The header value is what goes into the signature header.
import fs from 'node:fs'
import os from 'node:os'
import { Worker } from 'node:worker_threads'
import { check_signing } from './signer.mjs'

const WORKER = new URL('./presign_worker.mjs', import.meta.url)

// `key`: the private KeyObject of open_pfx. Gives `{count, bytes, seconds}`. Each record is one occurrence of
// its own.
export async function presign({
  key,
  count,
  out,
  kind = 'created',
  payload = 'small',
  webhook_id,
  signing = {},
  threads = os.availableParallelism?.() ?? 2,
}) {
  const started = performance.now()
  const settings = check_signing(signing)
  if (settings.mode === 'x509' && !key) throw new Error('a key is needed to sign with')
  const pem = key?.export({ type: 'pkcs8', format: 'pem' })
  const parts = await Promise.all(
    Array.from({ length: threads }, (_, i) => {
      const share = Math.floor(count / threads) + (i < count % threads ? 1 : 0)
      return run_worker({
        pem,
        count: share,
        first_ticket: 1 + i * Math.ceil(count / threads),
        kind,
        payload,
        webhook_id,
        settings,
        out: `${out}.${i}`,
      })
    }),
  )
  const fd = fs.openSync(out, 'w')
  for (const part of parts) {
    fs.writeSync(fd, fs.readFileSync(part))
    fs.unlinkSync(part)
  }
  fs.closeSync(fd)
  return { count, bytes: fs.statSync(out).size, seconds: (performance.now() - started) / 1000 }
}

function run_worker(workerData) {
  return new Promise((resolve, reject) => {
    const worker = new Worker(WORKER, { workerData })
    worker.on('error', reject)
    worker.on('exit', (code) =>
      code === 0 ? resolve(workerData.out) : reject(new Error(`a signing thread ended with ${code}`)),
    )
  })
}

export function encode_record(body, header_value) {
  const value = Buffer.from(header_value)
  const head = Buffer.alloc(8)
  head.writeUInt32LE(body.length, 0)
  head.writeUInt32LE(value.length, 4)
  return Buffer.concat([head, body, value])
}

// Gives each `{body, header_value}` of a file.
export function* read_presigned(file) {
  const bytes = fs.readFileSync(file)
  for (let at = 0; at < bytes.length;) {
    const body_end = at + 8 + bytes.readUInt32LE(at)
    const end = body_end + bytes.readUInt32LE(at + 4)
    yield { body: bytes.subarray(at + 8, body_end), header_value: bytes.toString('utf8', body_end, end) }
    at = end
  }
}
