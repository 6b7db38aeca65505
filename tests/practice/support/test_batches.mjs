// The smallest relay by HTTPS batches, for the practice cloud's own tests: one call is one request, and gives
// its response as frames.
import { make_hello, make_token } from './test_relay.mjs'

export const batch_url = ({ connect_url }) => connect_url.replace(/^ws/, 'http').replace(/connect$/, 'batch')

// `lines`: frames, or text as it stands.
export async function post_batch(identity, lines, { token = make_token(identity), headers = {} } = {}) {
  const body = lines.map((line) => `${typeof line === 'string' ? line : JSON.stringify(line)}\n`).join('')
  const response = await fetch(batch_url(identity), {
    method: 'POST',
    headers: { 'Content-Type': 'application/x-ndjson', Authorization: `Bearer ${token}`, ...headers },
    body,
  })
  const text = await response.text()
  const frames = text
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line))
  return { status: response.status, headers: response.headers, text, frames }
}

export class TestBatches {
  constructor(identity, hello = {}) {
    this.identity = identity
    this.members = hello
    this.acked = 0
    this.next_seq = 1
  }

  // Says hello and ping; gives the response, which makes the link live.
  async open(options) {
    const response = await this.post([{ t: 'ping', n: 1, at: new Date().toISOString() }], options)
    this.session = response.frames.find(({ t }) => t === 'welcome')?.session
    return response
  }

  hello(members = {}) {
    const { acked, next_seq } = this
    const stream = { acked, next_seq, ...this.members.stream }
    const session = this.session ? { session: this.session } : {}
    return make_hello(this.identity, { ...this.members, ...session, ...members, stream })
  }

  async post(frames = [], { hello = {}, ...options } = {}) {
    for (const { t, seq } of frames) if (t === 'event') this.next_seq = Math.max(this.next_seq, seq + 1)
    const response = await post_batch(this.identity, [this.hello(hello), ...frames], options)
    for (const { t, upto } of response.frames) if (t === 'ack') this.acked = Math.max(this.acked, upto)
    return response
  }
}

export const types_of = ({ frames }) => frames.map(({ t }) => t)
