// The smallest relay that the practice cloud's own tests can drive by hand: it decides nothing, and sends
// exactly what a test tells it to, right or wrong.
import { createHash, generateKeyPairSync, randomBytes, randomUUID, sign } from 'node:crypto'
import fs from 'node:fs'
import WebSocket from 'ws'
import { until } from './until.mjs'

const part = (value) => Buffer.from(JSON.stringify(value)).toString('base64url')
const timestamp = (ms = Date.now()) => new Date(ms).toISOString()

export function make_key() {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const { kty, crv, x, y } = publicKey.export({ format: 'jwk' })
  const kid = createHash('sha256').update(JSON.stringify({ crv, kty, x, y })).digest('base64url')
  return { private_key: privateKey, jwk: { kty, crv, x, y }, kid }
}

export async function post_json(url, body, headers = {}) {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', ...headers },
    body: JSON.stringify(body),
  })
  const text = await response.text()
  return { status: response.status, headers: response.headers, body: text ? JSON.parse(text) : null }
}

// Gives the identity that the other functions take.
export async function enroll(base_url, code, key = make_key()) {
  const request = { code, public_key: key.jwk, name: 'test', version: '1.0.0', os: 'linux' }
  const { status, body } = await post_json(`${base_url}/link/v1/enroll`, request)
  if (status !== 201) throw new Error(`enrolment answered ${status}`)
  return {
    ...key,
    relay_id: body.relay_id,
    connect_url: body.connect_url,
    epoch: randomUUID(),
    boot_id: randomUUID(),
  }
}

export function make_token(identity, { header = {}, claims = {} } = {}) {
  const now = Math.floor(Date.now() / 1000)
  const { hostname } = new URL(identity.connect_url)
  const head = part({ alg: 'ES256', typ: 'JWT', kid: identity.kid, ...header })
  const body = part({
    iss: identity.relay_id,
    sub: identity.relay_id,
    aud: hostname,
    iat: now,
    exp: now + 120,
    jti: randomUUID(),
    ...claims,
  })
  const signature = sign('sha256', Buffer.from(`${head}.${body}`), {
    key: identity.private_key,
    dsaEncoding: 'ieee-p1363',
  })
  return `${head}.${body}.${signature.toString('base64url')}`
}

// RFC 9562: 48 bits of milliseconds, then random bits.
export function uuid7(ms = Date.now()) {
  const bytes = randomBytes(16)
  bytes.writeUIntBE(ms, 0, 6)
  bytes[6] = 0x70 | (bytes[6] & 0x0f)
  bytes[8] = 0x80 | (bytes[8] & 0x3f)
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
}

export function make_event(
  identity,
  seq,
  { body = `{"event":"new ticket logged","object_id":${seq}}`, ...members } = {},
) {
  const now = timestamp()
  return {
    t: 'event',
    seq,
    attempt: 1,
    event: {
      specversion: '1.0',
      id: uuid7(),
      source: `urn:mizo:relay:${identity.relay_id}`,
      type: 'com.halopsa.ticket.created',
      subject: `ticket/${seq}`,
      time: now,
      datacontenttype: 'application/json',
      data_base64: Buffer.from(body).toString('base64'),
      receivedat: now,
      origin: 'webhook',
      dedupkey: `key-${seq}`,
      ...members,
    },
  }
}

export function make_hello(identity, { stream = {}, ...members } = {}) {
  return {
    t: 'hello',
    relay_id: identity.relay_id,
    boot_id: identity.boot_id,
    fence: 1,
    version: '1.0.0',
    os: 'linux',
    now: timestamp(),
    stream: { epoch: identity.epoch, first_seq: 1, next_seq: 1, acked: 0, ...stream },
    caps: [],
    ...members,
  }
}

export class TestRelay {
  frames = []
  closed = null // {code, reason} once closed
  refused = null // the status of the answer, where it was not 101
  error = null

  constructor(
    identity,
    { token = make_token(identity), url = identity.connect_url, protocol = 'mizo-link.v1', ca_file } = {},
  ) {
    const headers = { Authorization: `Bearer ${token}` }
    this.ws = new WebSocket(url, protocol, {
      headers,
      ca: ca_file && fs.readFileSync(ca_file),
      perMessageDeflate: false,
    })
    this.ws.on('message', (data, binary) =>
      this.frames.push(binary ? { binary: data.length } : this.#read(data)),
    )
    this.ws.on('close', (code, reason) => {
      this.closed = { code, reason: reason.toString() }
    })
    this.ws.on('unexpected-response', (request, response) => {
      this.refused = { status: response.statusCode, headers: response.headers }
      request.destroy()
    })
    this.ws.on('error', (error) => {
      this.error = error
    })
  }

  #read(data) {
    try {
      return JSON.parse(data.toString('utf8'))
    } catch {
      return { unreadable: data.toString('utf8') }
    }
  }

  async open() {
    await until(() => this.ws.readyState === WebSocket.OPEN || this.refused || this.error, {
      what: 'the upgrade',
    })
    return this
  }

  send(frame) {
    this.ws.send(typeof frame === 'string' || Buffer.isBuffer(frame) ? frame : JSON.stringify(frame))
  }

  all(t) {
    return this.frames.filter((frame) => frame.t === t)
  }

  // The first frame of that type, perhaps one that is still to come.
  frame(t, matches = () => true) {
    return until(() => this.all(t).find(matches), { what: `a frame ${t}` })
  }

  acked(upto) {
    return this.frame('ack', (ack) => ack.upto >= upto)
  }

  closing() {
    return until(() => this.closed, { what: 'the close' })
  }

  terminate() {
    this.ws.terminate()
  }
}

// Connects and says hello; gives the relay once it is welcome.
export async function connect_live(identity, { hello = {}, ...options } = {}) {
  const relay = await new TestRelay(identity, options).open()
  relay.send(make_hello(identity, hello))
  relay.welcome = await relay.frame('welcome')
  return relay
}
