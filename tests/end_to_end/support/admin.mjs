// The admin API with the daemon's own key, as the command line uses it. Each answer is held against the
// contract, so that every test is one of the contract too.
import { answer_problem } from './contract.mjs'
import { http_call } from './http_call.mjs'

const IS_JSON = /^application\/(problem\+)?json/

export class AdminError extends Error {
  constructor(call, status, problem) {
    super(`${call}: ${status} ${JSON.stringify(problem)}`)
    this.status = status
    this.problem = problem
    this.code = problem?.code
  }
}

export class Admin {
  constructor(daemon) {
    this.daemon = daemon
  }

  // The answer as it came; `path` from the root.
  async request(method, path, body) {
    const headers = { authorization: `Bearer ${this.daemon.admin_key}` }
    if (body !== undefined) headers['content-type'] = 'application/json'
    const answer = await http_call({
      url: `${this.daemon.admin_url}${path}`,
      method,
      headers,
      body: body === undefined ? undefined : JSON.stringify(body),
    })
    const broken = answer_problem(method, path, answer)
    if (broken)
      throw new Error(`contract of ${method} ${path}: ${broken}\n${answer.body.toString().slice(0, 2000)}`)
    return answer
  }

  async call(method, path, body) {
    const { status, headers, body: content } = await this.request(method, `/api/v1${path}`, body)
    const text = content.toString('utf8')
    const value = text && IS_JSON.test(headers['content-type'] ?? '') ? JSON.parse(text) : text
    if (status >= 400) throw new AdminError(`${method} ${path}`, status, value)
    return value
  }

  get(path) {
    return this.call('GET', path)
  }

  post(path, body = {}) {
    return this.call('POST', path, body)
  }

  patch(path, body) {
    return this.call('PATCH', path, body)
  }

  delete(path) {
    return this.call('DELETE', path)
  }

  async pfx(id) {
    const answer = await this.request('GET', `/api/v1/certificates/${id}/pfx`)
    if (answer.status !== 200) throw new AdminError('GET pfx', answer.status, JSON.parse(answer.body))
    return answer.body
  }

  async password(id) {
    return (await this.get(`/certificates/${id}/password`)).password
  }

  async alert_codes() {
    return (await this.get('/status')).alerts.map(({ code }) => code)
  }

  // Every item of a list, page by page.
  async all(path, limit = 200) {
    const items = []
    let cursor = null
    do {
      const mark = path.includes('?') ? '&' : '?'
      const after = cursor ? `&cursor=${encodeURIComponent(cursor)}` : ''
      const page = await this.get(`${path}${mark}limit=${limit}${after}`)
      items.push(...page.items)
      cursor = page.next_cursor
    } while (cursor)
    return items
  }
}
