// What goes wrong with an answer on demand: each fault is of some calls, and of so many of them.
import { setTimeout as wait } from 'node:timers/promises'

export const FAULTS = {
  slow: 'the answer comes after ms (default 3000)',
  hang: 'no answer at all',
  cut: 'the connection ends in the middle of the answer',
  status: 'that status (default 503), in the shape that errors have',
  huge: 'a body of bytes (default 20 MiB)',
  not_json: '200 and something that is no JSON',
  html: 'a page of IIS with status (default 500)',
  redirect: '302 to another host',
  rate_limited: '429, with retry_after where it is given',
}

const HUGE_BYTES = 20 * 1024 * 1024

export class Faults {
  #rules = []

  // `{kind, on, times, done, ...}`: `on` is a part of "METHOD /path?query"; `times`: so often (default for
  // ever); `done`: what was asked is done first, and only its answer is lost.
  add(rule) {
    if (!(rule.kind in FAULTS)) throw new Error(`kind is one of ${Object.keys(FAULTS).join(', ')}`)
    this.#rules.push({ on: '', times: Infinity, done: false, ...rule })
  }

  clear() {
    this.#rules = []
  }

  // The fault of this call, or null; it counts.
  take(call) {
    const rule = this.#rules.find(
      ({ on, times }) => times > 0 && call.toLowerCase().includes(on.toLowerCase()),
    )
    if (rule) rule.times -= 1
    return rule ?? null
  }
}

// Answers in its own way: gives the answer that is to be sent, or null where nothing more is to be done.
// `answer`: what would have been answered, `{status, headers, body}`; `refuse(status, text)`: a refusal.
export async function spoil(fault, answer, { response, refuse }) {
  const ways = {
    slow: async () => {
      await wait(fault.ms ?? 3000)
      return answer
    },
    hang: () => null,
    cut: () => {
      const body = Buffer.from(answer.body)
      response.writeHead(answer.status, { ...answer.headers, 'Content-Length': body.length + 100 })
      response.write(body.subarray(0, Math.ceil(body.length / 2)), () => response.destroy())
      return null
    },
    status: () => refuse(fault.status ?? 503, 'The service is not available'),
    huge: () => ({
      status: 200,
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ padding: 'x'.repeat(fault.bytes ?? HUGE_BYTES) }),
    }),
    not_json: () => ({
      status: 200,
      headers: { 'Content-Type': 'application/json' },
      body: '{"id": 12, "na',
    }),
    html: () => refuse(fault.status ?? 500, 'Internal Server Error', { html: true }),
    redirect: () => ({
      status: 302,
      headers: { Location: fault.to ?? 'https://elsewhere.example/api' },
      body: '',
    }),
    rate_limited() {
      const { headers, ...refusal } = refuse(429, 'Too many requests')
      const wait = fault.retry_after ? { 'Retry-After': `${fault.retry_after}` } : {}
      return { ...refusal, headers: { ...headers, ...wait } }
    },
  }
  return ways[fault.kind]()
}
