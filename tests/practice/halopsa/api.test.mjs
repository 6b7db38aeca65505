// The API's conventions: arrays in, lists plain and wrapped, pages, rights, refusals, the rate limit.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { start_caller } from '../support/test_halo.mjs'

test('POST takes an array and answers the object; an object alone is refused', async (t) => {
  const { halo, api, token } = await start_caller(t)
  const made = await api('POST', '/Tickets', { summary: 'A printer', tickettype_id: 25 })
  assert.deepEqual([made.summary, made.tickettype_id, made.status_id], ['A printer', 25, 1])
  const changed = await api('POST', '/tickets', { id: made.id, status_id: 2 })
  assert.deepEqual([changed.id, changed.status_id, changed.summary], [made.id, 2, 'A printer'])
  const bare = await fetch(`${halo.url}/api/Tickets`, {
    method: 'POST',
    headers: { Authorization: `Bearer ${token}` },
    body: '{"summary":"x"}',
  })
  assert.equal(bare.status, 400)
})

test('lists are plain or wrapped as documented, or all of one form', async (t) => {
  const { halo, api } = await start_caller(t)
  halo.add_ticket()
  const forms = async () => [await api('GET', '/Team'), await api('GET', '/Tickets')].map(Array.isArray)
  assert.deepEqual(await forms(), [true, false])
  halo.behave({ lists: 'wrapped' })
  assert.deepEqual(await forms(), [false, false])
  halo.behave({ lists: 'plain' })
  assert.deepEqual(await forms(), [true, true])
})

test('lists are divided into pages, counted and ordered', async (t) => {
  const { halo, api } = await start_caller(t)
  for (const summary of ['b', 'c', 'a']) halo.add_ticket({ summary })
  const summaries = async (query) => (await api('GET', `/Tickets?${query}`)).tickets.map((row) => row.summary)
  assert.deepEqual(await summaries('order=summary'), ['a', 'b', 'c'])
  assert.deepEqual(await summaries('order=id&orderdesc=true'), ['a', 'c', 'b'])
  assert.deepEqual(await summaries('order=id&count=2'), ['b', 'c'])
  assert.deepEqual(await summaries('order=id&pageinate=true&page_size=2&page_no=2'), ['a'])
  const page = await api('GET', '/Tickets?pageinate=true&page_size=2&page_no=1')
  assert.deepEqual([page.record_count, page.page_size, page.tickets.length], [3, 2, 2])
})

test('tickets changed since a time are listed, with and without Z, wherever this runs', async (t) => {
  const { TZ = '' } = process.env
  process.env.TZ = 'America/Montreal'
  t.after(() => void (process.env.TZ = TZ))
  const { halo, api } = await start_caller(t)
  halo.add_ticket()
  halo.advance(60_000)
  const since = new Date(halo.instance.clock.now()).toISOString()
  const { id } = halo.add_ticket()
  const ids = async (time) =>
    (await api('GET', `/Tickets?lastupdatefromdate=${time}`)).tickets.map((ticket) => ticket.id)
  assert.deepEqual(await ids(since), [id])
  assert.deepEqual(await ids(since.replace('Z', '')), [id])
  halo.behave({ times: 'bare' })
  const ticket = await api('GET', `/Tickets/${id}`)
  assert.match(ticket.last_update, /\.\d{7}$/)
  assert.equal(ticket.dateclosed, '1900-01-01T00:00:00')
})

test('an action counts within its ticket, is made anew each time, and moves the ticket', async (t) => {
  const { halo, api, refused } = await start_caller(t, { guide: 'done' })
  const { id } = halo.add_ticket()
  const resolve = { ticket_id: id, outcome: 'Mizo resolve', note_html: '<p>Done</p>', new_status: 9 }
  const first = await api('POST', '/Actions', resolve)
  const second = await api('POST', '/Actions', resolve)
  assert.deepEqual([first.id, second.id, second.who_agentid], [1, 2, 31])
  const { actions } = await api('GET', `/Actions?ticket_id=${id}`)
  assert.deepEqual(
    actions.map((action) => action.id),
    [2, 1],
  )
  const ticket = await api('GET', `/Tickets/${id}?includedetails=true&includelastaction=true`)
  assert.deepEqual([ticket.status_id, ticket.hasbeenclosed, ticket.lastaction.id], [9, true, 2])
  assert.equal((await refused('POST', '/Actions', { ticket_id: id, note: 'no outcome' })).status, 400)
  assert.equal((await refused('POST', '/Actions', { ...resolve, ticket_id: 1 })).status, 404)
})

test('a status that an action sets may not take', async (t) => {
  const { halo, api } = await start_caller(t, { behaviour: { new_status: 'ignored' } })
  const { id } = halo.add_ticket()
  await api('POST', '/Actions', { ticket_id: id, outcome: 'Close', new_status: 9 })
  assert.equal((await api('GET', `/Tickets/${id}`)).status_id, 1)
})

test('the guide’s permissions open tickets and not the configuration; either status says so', async (t) => {
  const { halo, api, refused } = await start_caller(t)
  for (const path of ['/Agent', '/Team', '/Tickets', '/Actions', '/TicketType', '/Status', '/Outcome'])
    await api('GET', path)
  const closed = ['/Application', '/Webhook', '/WebhookEvent', '/Certificate', '/Tabs', '/Notification']
  for (const path of closed) assert.equal((await refused('GET', path)).status, 403)
  assert.equal((await refused('POST', '/Outcome', { outcome: 'x' })).status, 403)
  halo.behave({ missing_right: 401 })
  assert.equal((await refused('GET', '/Webhook')).status, 401)
  halo.guide.application.rights.Webhook = 'read'
  await api('GET', '/Webhook')
  assert.equal((await refused('POST', '/Webhook', { name: 'x' })).status, 401)
})

const SHAPES = {
  error: (body) => body.error,
  string: (body) => body,
  error_description: (body) => body.error_description,
  class_name: (body) => body.Message,
  result_code: (body) => body.errorMessage,
}
for (const [shape, text_in] of Object.entries(SHAPES))
  test(`a refusal has the shape ${shape}`, async (t) => {
    const { refused } = await start_caller(t, { behaviour: { errors: shape } })
    const { status, body } = await refused('GET', '/Tickets/99')
    assert.equal(status, 404)
    assert.match(text_in(body), /No ticket/)
  })

test('a refusal may be a page of IIS', async (t) => {
  const { refused } = await start_caller(t, { behaviour: { errors: 'html' } })
  assert.match((await refused('GET', '/Nothing')).text, /^<!DOCTYPE html/)
})

test('calls over the limit of five minutes are refused, and later ones are not', async (t) => {
  const { halo, api, refused } = await start_caller(t, { behaviour: { rate_limit: 20 } })
  for (let i = 0; i < 19; i += 1) await api('GET', '/Agent/me') // the first was for the token
  const answer = await refused('GET', '/Agent/me')
  assert.deepEqual([answer.status, answer.headers.get('retry-after')], [429, null])
  halo.behave({ retry_after: 7 })
  assert.equal((await refused('GET', '/Agent/me')).headers.get('retry-after'), '7')
  halo.advance(299_000)
  assert.equal((await refused('GET', '/Agent/me')).status, 429)
  halo.advance(1_001)
  await api('GET', '/Agent/me')
})
