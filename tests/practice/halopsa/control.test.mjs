// The practice HaloPSA as a process of its own: everything that a module can do, over the control interface.
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { test } from 'node:test'
import { call_api, get_token } from '../support/test_halo.mjs'
import { start_receiver } from '../support/test_receiver.mjs'
import { post_json } from '../support/test_relay.mjs'
import { until } from '../support/until.mjs'

const MAIN = new URL('./main.mjs', import.meta.url).pathname

// Gives what the process says of itself, and callers of its control interface.
async function start(t, ...args) {
  const child = spawn(process.execPath, [MAIN, ...args], { stdio: ['ignore', 'pipe', 'inherit'] })
  t.after(() => child.kill('SIGKILL'))
  const [line] = await once(child.stdout, 'data')
  const halo = JSON.parse(line)
  const post = async (path, body) => {
    const answer = await post_json(`${halo.control_url}/practice/${path}`, body)
    assert.equal(answer.status, 200, JSON.stringify(answer.body))
    return answer.body
  }
  const get = async (path) => (await fetch(`${halo.control_url}/practice/${path}`)).json()
  const remove = (path) => fetch(`${halo.control_url}/practice/${path}`, { method: 'DELETE' })
  const { body } = await get_token(halo, { scope: 'read:tickets edit:tickets all:teams' })
  const api = (path, more) => call_api(halo, body.access_token, { path, ...more })
  return { halo, post, get, remove, api }
}

test('tickets and actions are made from outside, and fire a webhook that is filled in by hand', async (t) => {
  const { url, requests } = await start_receiver(t)
  const { post, get, api } = await start(t, '--guide', 'done', '--rights', 'admin')
  await post('webhook', { url, signing: { mode: 'none' } })
  const { id } = await post('tickets', { summary: 'From outside', by: 4 })
  await post('tickets', { id, status_id: 2 })
  await post('actions', { ticket_id: id, outcome: 'Private Note', note: 'Hello' })
  await until(() => requests.length === 3, { what: 'three webhooks' })
  assert.equal(JSON.parse(requests[0].body).agent_id, 4)
  assert.equal((await api(`/Tickets/${id}`)).body.status_id, 2)
  const { tickets, webhooks } = await get('instance')
  assert.deepEqual([tickets.length, webhooks[0].url], [1, url])
})

test('the guide, rights, switches, faults, the clock and tokens are moved from outside', async (t) => {
  const { halo, post, get, remove, api } = await start(t)
  const values = { webhook_url: 'http://127.0.0.1:9/hook', tab_url: 'https://relay.test/tab' }
  const { webhooks } = await post('guide', { done: ['webhook', 'tab'], values })
  assert.equal(webhooks[0].url, values.webhook_url)
  assert.equal((await post('guide', { undone: ['webhook'] })).webhooks.length, 0)
  await post('rights', { rights: { Tickets: 'read' } })
  const ticket = { method: 'POST', body: { summary: 'x' } }
  assert.equal((await api('/Tickets', ticket)).status, 403)
  await post('behaviour', { missing_right: '401' })
  assert.equal((await api('/Tickets', ticket)).status, 401)
  await post('fault', { on: 'GET /api/Team', kind: 'status', status: 500 })
  assert.equal((await api('/Team')).status, 500)
  await remove('faults')
  assert.equal((await api('/Team')).status, 200)
  await remove('tokens')
  assert.equal((await api('/Team')).status, 401)
  const { items, next } = await get('calls?on=/api/team')
  assert.deepEqual([items.map(({ status }) => status), next], [[500, 200, 401], 3])
  const other = await get_token(halo)
  await post('clock', { advance_ms: 3_600_000 })
  assert.equal((await call_api(halo, other.body.access_token, { path: '/Team' })).status, 401)
})

test('what cannot be is refused with a sentence, and the command line too', async (t) => {
  const { halo } = await start(t, '--behave', 'errors=html', '--behave', 'rate_limit=5')
  const refused = async (path, body) => {
    const answer = await post_json(`${halo.control_url}/practice/${path}`, body)
    assert.equal(answer.status, 400)
    return answer.body.error
  }
  assert.match(await refused('guide', { done: ['nonsense'] }), /the steps are/)
  assert.match(await refused('behaviour', { errors: 'poem' }), /errors is one of/)
  assert.match(await refused('actions', { ticket_id: 1 }), /no ticket 1/)
  const ended = async (...args) =>
    (await once(spawn(process.execPath, [MAIN, ...args], { stdio: 'ignore' }), 'exit'))[0]
  assert.equal(await ended('--guide', 'half'), 2)
  assert.equal(await ended('--help'), 0)
})
