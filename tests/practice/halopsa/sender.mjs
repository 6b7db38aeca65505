// One HTTP request to the webhook URL, as .NET's client might make it.
import http from 'node:http'
import https from 'node:https'

const ANSWER_KEPT = 64 * 1024
// .NET sends the body after this time where no 100 comes.
const CONTINUE_WAIT_MS = 350

export const DEFAULT_SENDING = {
  method: 'POST',
  content_type: 'application/json; charset=utf-8',
  headers: {},
  timeout_ms: 10000,
  keep_alive: true,
  connections: 8,
  chunked: false,
  chunk_size: 16384,
  expect_continue: false,
  ca: null,
}

export class Sender {
  #settings
  #agents

  constructor(settings = {}) {
    this.#settings = { ...DEFAULT_SENDING, ...settings }
    const { keep_alive: keepAlive, connections: maxSockets, ca } = this.#settings
    this.#agents = {
      'http:': new http.Agent({ keepAlive, maxSockets }),
      'https:': new https.Agent({ keepAlive, maxSockets, ...(ca ? { ca } : {}) }),
    }
  }

  // Never throws: gives `{status, headers, body, error, duration_ms, reused}`; `status` 0 where no answer
  // came. `get`: with that method, and no body.
  send(url, body, headers, { get = false } = {}) {
    const started = performance.now()
    return new Promise((resolve) => {
      const finish = (outcome) => {
        clearTimeout(timer)
        const duration_ms = Math.round(performance.now() - started)
        resolve({
          status: 0,
          headers: {},
          body: '',
          error: null,
          ...outcome,
          duration_ms,
          reused: request?.reusedSocket ?? false,
        })
      }
      const request = get ? this.#get(url, headers, finish) : this.#request(url, body, headers, finish)
      const timer = setTimeout(
        () => request.destroy(new Error(`no answer within ${this.#settings.timeout_ms} ms`)),
        this.#settings.timeout_ms,
      )
    })
  }

  close() {
    for (const agent of Object.values(this.#agents)) agent.destroy()
  }

  #get(url, headers, finish) {
    const { protocol } = new URL(url)
    const request = (protocol === 'https:' ? https : http).request(url, {
      agent: this.#agents[protocol],
      headers,
    })
    request.on('error', (error) => finish({ error: error.message }))
    request.on('response', (response) => collect(response, finish))
    return request.end()
  }

  #request(url, body, headers, finish) {
    const { method, content_type, chunked, expect_continue } = this.#settings
    const { protocol } = new URL(url)
    const request = (protocol === 'https:' ? https : http).request(url, {
      method,
      agent: this.#agents[protocol],
      headers: {
        'Content-Type': content_type,
        ...this.#settings.headers,
        ...headers,
        ...(chunked ? { 'Transfer-Encoding': 'chunked' } : { 'Content-Length': body.length }),
        ...(expect_continue ? { Expect: '100-continue' } : {}),
      },
    })
    request.on('error', (error) => finish({ error: error.message }))
    request.on('response', (response) => collect(response, finish))
    if (expect_continue) this.#write_after_continue(request, body)
    else this.#write(request, body)
    return request
  }

  // The body goes after 100, or after a while without an answer; a final answer that comes first saves it.
  #write_after_continue(request, body) {
    let decided = false
    const decide = (write) => {
      if (decided) return
      decided = true
      clearTimeout(timer)
      if (write) this.#write(request, body)
    }
    const timer = setTimeout(() => decide(true), CONTINUE_WAIT_MS)
    request.on('continue', () => decide(true))
    request.on('response', (response) => {
      // The announced body will never come, so the connection is of no more use.
      if (!decided) response.on('end', () => request.destroy())
      decide(false)
    })
    request.on('error', () => decide(false))
    request.flushHeaders()
  }

  #write(request, body) {
    const { chunked, chunk_size } = this.#settings
    if (!chunked) return request.end(body)
    for (let at = 0; at < body.length; at += chunk_size) request.write(body.subarray(at, at + chunk_size))
    request.end()
  }
}

function collect(response, finish) {
  const chunks = []
  let size = 0
  const result = (error) => {
    const body = Buffer.concat(chunks).toString('utf8').slice(0, ANSWER_KEPT)
    finish({ status: response.statusCode, headers: response.headers, body, error })
  }
  response.on('data', (chunk) => {
    size += chunk.length
    if (size <= ANSWER_KEPT) chunks.push(chunk)
  })
  response.on('end', () => result(null))
  response.on('error', (error) => result(error.message))
}
