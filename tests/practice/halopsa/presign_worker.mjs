// One thread of presign.mjs: makes and signs its share, and writes it to a file of its own.
import { createPrivateKey } from 'node:crypto'
import fs from 'node:fs'
import { workerData } from 'node:worker_threads'
import { encode_record } from './presign.mjs'
import { sign_headers } from './signer.mjs'
import { encode_body, make_occurrence } from './webhook_body.mjs'

const { pem, count, first_ticket, kind, payload, webhook_id, settings, out } = workerData
const key = pem && createPrivateKey(pem)
const header = settings.mode === 'basic' ? 'Authorization' : settings.header

const fd = fs.openSync(out, 'w')
for (let i = 0; i < count; i += 1) {
  const body = encode_body([make_occurrence({ kind, payload, webhook_id, ticket_id: first_ticket + i })])
  const headers = sign_headers(body, settings, key)
  fs.writeSync(fd, encode_record(body, headers[header] ?? ''))
}
fs.closeSync(fd)
