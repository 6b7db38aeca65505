// The one HTTP server of the practice HaloPSA: /api, /auth/token, and what agents see in their browser.
import http from 'node:http'
import https from 'node:https'
import { spoil } from '../faults.mjs'
import { listen, read_body } from '../../support/http.mjs'
import { ApiError, error_body, html_page } from './errors.mjs'
import { serve_api } from './router.mjs'

const CALLS_KEPT = 10_000

export class ApiServer {
  #halo // {instance, desk, deliveries, certificates, oauth, faults, rate_limit, pages}
  #server
  calls = [] // what was asked, oldest first

  constructor(halo) {
    this.#halo = halo
  }

  // `tls`: {key, cert} for https.
  async start({ port = 0, tls = null } = {}) {
    const listener = (request, response) => this.#serve(request, response).catch(() => response.destroy())
    this.#server = tls ? https.createServer(tls, listener) : http.createServer(listener)
    const bound = await listen(this.#server, port, '127.0.0.1')
    this.url = `${tls ? 'https' : 'http'}://127.0.0.1:${bound}`
  }

  close() {
    return new Promise((resolve) => {
      this.#server.close(resolve)
      this.#server.closeAllConnections()
    })
  }

  async #serve(request, response) {
    const url = new URL(request.url, this.url)
    const body = (await read_body(request)).toString('utf8')
    const call = { method: request.method, path: url.pathname, query: url.searchParams, body }
    call.authorization = request.headers.authorization
    if (!/^\/(api|auth)(\/|$)/i.test(url.pathname)) return this.#halo.pages(call, response)
    const row = this.#note(request, call)
    const answer = await this.#answer(call, row, response)
    if (!answer) return void (row.status = 0)
    row.status = answer.status
    const Date = this.#date()
    const { length } = Buffer.from(answer.body)
    response.writeHead(answer.status, { Date, ...answer.headers, 'Content-Length': length })
    response.end(answer.body)
  }

  // The web server's clock is that of the database, unless a test says otherwise.
  #date() {
    const { clock, behaviour } = this.#halo.instance
    return new Date(behaviour.web_clock === 'own' ? Date.now() : clock.now()).toUTCString()
  }

  async #answer(call, row, response) {
    const fault = this.#halo.faults.take(`${call.method} ${row.path}`)
    if (!fault) return this.#reckon(call, row)
    row.fault = fault.kind
    const undone = !fault.done && !['slow', 'cut'].includes(fault.kind)
    const answer = undone ? null : await this.#reckon(call, row)
    const refuse = (status, text, { html } = {}) => this.#refusal(new ApiError(status, text), html)
    return spoil(fault, answer, { response, refuse })
  }

  async #reckon(call, row) {
    try {
      if (!this.#halo.rate_limit.take()) return this.#too_many()
      if (/^\/auth/i.test(call.path)) return this.#sign_in(call)
      if (/^\/api\/authinfo$/i.test(call.path)) return this.#authinfo()
      const { application } = this.#halo.oauth.caller(call.authorization)
      row.application = application.name
      const { status, value } = await serve_api(this.#halo, { ...call, body: parse(call.body) })
      return json_answer(status, value)
    } catch (error) {
      if (error instanceof ApiError) return this.#refusal(error)
      return this.#refusal(new ApiError(500, `${error.message}`))
    }
  }

  #authinfo() {
    const { authinfo } = this.#halo.instance.behaviour
    if (authinfo === 'html') return page_answer(html_page(200, 'HaloPSA'), 200)
    return json_answer(200, this.#halo.oauth.authinfo(this.url))
  }

  #sign_in({ method, path, query, body }) {
    if (!/^\/auth\/token\/?$/i.test(path)) throw new ApiError(404, 'Not Found')
    if (method !== 'POST') throw new ApiError(405, 'Method Not Allowed')
    try {
      return json_answer(200, this.#halo.oauth.token(new URLSearchParams(body), query.get('tenant')))
    } catch (error) {
      if (!(error instanceof ApiError)) throw error
      const as_page = this.#halo.instance.behaviour.oauth_errors === 'html' || !error.code
      if (as_page) return page_answer(html_page(error.status, error.message), error.status)
      return json_answer(error.status, { error: error.code, error_description: error.message })
    }
  }

  #too_many() {
    const { retry_after } = this.#halo.instance.behaviour
    return this.#refusal(
      new ApiError(429, 'API rate limit reached', {
        headers: retry_after ? { 'Retry-After': retry_after } : {},
      }),
    )
  }

  #refusal({ status, message, headers }, html = false) {
    const shape = html ? 'html' : this.#halo.instance.behaviour.errors
    return page_answer(error_body(shape, status, message), status, headers)
  }

  // What a test may ask about later. Neither the application's secret nor a token is among it.
  #note(request, { method, path, query, body }) {
    const text = query.toString()
    const row = { at: new Date(this.#halo.instance.clock.now()).toISOString(), method }
    row.path = path + (text ? `?${text}` : '')
    row.headers = {
      ...request.headers,
      ...(request.headers.authorization ? { authorization: 'hidden' } : {}),
    }
    row.body = /^\/auth/i.test(path) ? scope_of(body) : body
    this.calls.push(row)
    if (this.calls.length > CALLS_KEPT) this.calls.shift()
    return row
  }
}

const scope_of = (body) => `scope=${new URLSearchParams(body).get('scope') ?? ''}`

function parse(body) {
  if (body === '') return null
  try {
    return JSON.parse(body)
  } catch {
    throw new ApiError(400, 'The request is invalid: it is no JSON')
  }
}

const json_answer = (status, value) => ({
  status,
  headers: { 'Content-Type': 'application/json; charset=utf-8' },
  body: JSON.stringify(value),
})

const page_answer = ({ type, body }, status, headers = {}) => ({
  status,
  headers: { 'Content-Type': type, ...headers },
  body,
})
