// A practice HaloPSA in this process and a caller of its API, for its own tests.
import { start_practice_halopsa } from '../halopsa/practice_halopsa.mjs'

export async function start_halo(t, options = {}) {
  const halo = await start_practice_halopsa(options)
  t.after(() => halo.close())
  return halo
}

export async function get_token(
  halo,
  { scope = 'read:tickets edit:tickets all:teams', query = '', ...form } = {},
) {
  const { client_id, client_secret } = halo
  const fields = { grant_type: 'client_credentials', client_id, client_secret, scope, ...form }
  const response = await fetch(`${halo.url}/auth/token${query}`, {
    method: 'POST',
    body: new URLSearchParams(fields),
  })
  return read_answer(response)
}

// One call of the API; `body` becomes the array of one that HaloPSA wants, unless it is one already.
export async function call_api(halo, token, { method = 'GET', path, body }) {
  const response = await fetch(`${halo.url}/api${path}`, {
    method,
    redirect: 'manual',
    headers: { Authorization: `Bearer ${token}`, ...(body ? { 'Content-Type': 'application/json' } : {}) },
    body: body && JSON.stringify(Array.isArray(body) ? body : [body]),
  })
  return read_answer(response)
}

async function read_answer(response) {
  const text = await response.text()
  const is_json = (response.headers.get('content-type') ?? '').includes('json')
  return { status: response.status, headers: response.headers, text, body: is_json ? as_json(text) : null }
}

function as_json(text) {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

// A practice HaloPSA with a token of its application: `api(method, path, body)` gives the body of a call that
// must be answered 2xx, `refused(...)` the whole answer of one that must not.
export async function start_caller(t, { scope, ...options } = {}) {
  const halo = await start_halo(t, options)
  const wanted =
    scope ?? (options.rights === 'admin' ? 'all:teams read:tickets edit:tickets admin' : undefined)
  const { body } = await get_token(halo, { scope: wanted })
  const call = (method, path, sent) => call_api(halo, body.access_token, { method, path, body: sent })
  const api = async (...args) => {
    const answer = await call(...args)
    if (answer.status >= 300) throw new Error(`${args[0]} ${args[1]}: ${answer.status} ${answer.text}`)
    return answer.body
  }
  const refused = async (...args) => {
    const answer = await call(...args)
    if (answer.status < 300) throw new Error(`${args[0]} ${args[1]} was not refused`)
    return answer
  }
  return { halo, api, refused, token: body.access_token }
}
