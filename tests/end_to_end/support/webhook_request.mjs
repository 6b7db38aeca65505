// A signed webhook as the bytes of one HTTP/1.1 request, to be bent by tests as they need it.
import { check_signing, sign_headers } from '../../practice/halopsa/signer.mjs'
import { encode_body, make_occurrence } from '../../practice/halopsa/webhook_body.mjs'

const DEFAULT_SIGNING = check_signing({})

export function signed_body(world, occurrence = {}) {
  const body = encode_body([make_occurrence({ webhook_id: world.halo.webhook.id, ...occurrence })])
  return { body, headers: sign_headers(body, DEFAULT_SIGNING, world.signing_key) }
}

export const sign = (world, body) => sign_headers(body, DEFAULT_SIGNING, world.signing_key)

// `fields`: a list of [name, value]; a null value leaves a default out. Framing is the caller's where
// `framed` is false.
export function http_request({
  method = 'POST',
  target,
  version = 'HTTP/1.1',
  fields = [],
  body = '',
  framed = true,
}) {
  const defaults = [
    ['Host', 'relay.test'],
    ['Content-Type', 'application/json; charset=utf-8'],
    ...(framed ? [['Content-Length', Buffer.byteLength(body)]] : []),
  ]
  const replaced = new Set(fields.map(([name]) => name.toLowerCase()))
  const all = [...defaults.filter(([name]) => !replaced.has(name.toLowerCase())), ...fields]
  const lines = all.filter(([, value]) => value !== null).map(([name, value]) => `${name}: ${value}\r\n`)
  return Buffer.concat([
    Buffer.from(`${method} ${target} ${version}\r\n${lines.join('')}\r\n`, 'latin1'),
    Buffer.from(body),
  ])
}

// A good webhook; `occurrence` as make_occurrence takes it, the rest as http_request.
export function webhook_request(world, { occurrence, fields = [], ...rest } = {}) {
  const { body, headers } = signed_body(world, occurrence)
  return http_request({
    target: world.webhook_path,
    fields: [...Object.entries(headers), ...fields],
    body,
    ...rest,
  })
}

export const chunked = (body, size = 1000) => {
  const parts = []
  for (let at = 0; at < body.length; at += size) {
    const piece = body.subarray(at, at + size)
    parts.push(Buffer.from(`${piece.length.toString(16)}\r\n`), piece, Buffer.from('\r\n'))
  }
  return Buffer.concat([...parts, Buffer.from('0\r\n\r\n')])
}
