// The admin page's way into the API: a cookie, a CSRF token, and the headers that a browser sends.
import { answer_problem } from './contract.mjs'
import { http_call } from './http_call.mjs'

export class Session {
  cookie = null
  csrf = null

  constructor(daemon) {
    this.daemon = daemon
  }

  // Gives `{status, headers, body, value}`; `value` where the body is JSON. `headers` replace those of the
  // page.
  async call(method, path, { body, headers = {}, checked = true } = {}) {
    const own = {
      ...(this.cookie ? { Cookie: this.cookie } : {}),
      ...(this.csrf && method !== 'GET' ? { 'X-Mizo-CSRF': this.csrf } : {}),
      ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
    }
    const sent = Object.entries({ ...own, ...headers }).filter(([, value]) => value !== null)
    const answer = await http_call({
      url: `${this.daemon.admin_url}${path}`,
      method,
      headers: Object.fromEntries(sent),
      body: body === undefined || typeof body === 'string' ? body : JSON.stringify(body),
    })
    const broken = checked ? answer_problem(method, path, answer) : null
    if (broken) throw new Error(`contract of ${method} ${path}: ${broken}\n${answer.body}`)
    const is_json = /json/.test(answer.headers['content-type'] ?? '')
    return { ...answer, value: is_json ? JSON.parse(answer.body) : null }
  }

  api(method, path, options) {
    return this.call(method, `/api/v1${path}`, options)
  }

  set_up(code, password) {
    return this.#enter('/setup', { code, password })
  }

  sign_in(password) {
    return this.#enter('/session', { password })
  }

  async #enter(path, body) {
    const answer = await this.api('POST', path, { body })
    const [cookie] = answer.headers['set-cookie'] ?? []
    if (answer.status === 201) {
      this.set_cookie = cookie
      this.cookie = cookie.split(';')[0]
      this.csrf = answer.value.csrf
    }
    return answer
  }
}
