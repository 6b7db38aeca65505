// The agents' page, and the address of the tab in it with its quirks.
import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { test } from 'node:test'
import { start_halo } from '../support/test_halo.mjs'
import { sign_agent } from './tab_link.mjs'

const unescaped = (text) => text.replaceAll('&amp;', '&')

async function open(halo, path) {
  const response = await fetch(`${halo.url}${path}`, { redirect: 'manual' })
  return { status: response.status, html: await response.text(), location: response.headers.get('location') }
}

test('a ticket’s page holds the tab, signed for the agent who looks', async (t) => {
  const halo = await start_halo(t, { guide: 'done' })
  const { id } = halo.add_ticket({ summary: '<b>& "quotes"' })
  const { html } = await open(halo, `/agents/tickets/${id}?agent=4`)
  assert.match(html, /&lt;b&gt;&amp; &quot;quotes&quot;/)
  const src = new URL(unescaped(/<iframe title="Mizo" src="([^"]+)"/.exec(html)[1]))
  const expected = createHmac('sha256', halo.guide.tab_secret).update('4').digest('base64')
  assert.deepEqual(Object.fromEntries(src.searchParams), { agentId: '4', hmac: expected, ticketId: `${id}` })
  assert.equal(src.href, halo.tab_url(id, 4))
})

test('a type without the tab has no frame, and there is no page of a ticket that is none', async (t) => {
  const halo = await start_halo(t, { guide: 'done' })
  const { id } = halo.add_ticket({ tickettype_id: 30 })
  assert.doesNotMatch((await open(halo, `/agents/tickets/${id}`)).html, /iframe title/)
  assert.equal(halo.tab_url(id), null)
  assert.equal((await open(halo, '/agents/tickets/1')).status, 404)
})

test('an agent makes a ticket in the page, and finds it in the list', async (t) => {
  const halo = await start_halo(t)
  const body = new URLSearchParams({ summary: 'No paper', tickettype_id: '25' })
  await fetch(`${halo.url}/agents/tickets?agent=4`, { method: 'POST', body, redirect: 'manual' })
  const [ticket] = halo.instance.tickets.all()
  assert.deepEqual([ticket.summary, ticket.tickettype_id], ['No paper', 25])
  assert.match((await open(halo, '/agents/tickets')).html, /No paper/)
  assert.equal((await open(halo, '/')).location, '/agents/tickets?agent=3')
})

// An agent whose signature has a +, a / and so differs in the other alphabet.
const marked = (secret) => {
  const ids = Array.from({ length: 500 }, (_, i) => i + 1)
  return ids.find((id) => /\+.*\//.test(sign_agent(id, secret)))
}

test('values go encoded, or bare; the alphabet and the padding differ', async (t) => {
  const halo = await start_halo(t, { guide: 'done' })
  const { id } = halo.add_ticket()
  const agent = marked(halo.guide.tab_secret)
  const standard = sign_agent(agent, halo.guide.tab_secret)
  const hmac = () => /hmac=([^&]*)/.exec(halo.tab_url(id, agent))[1]
  assert.equal(hmac(), encodeURIComponent(standard))
  halo.behave({ tab_values: 'bare' })
  assert.equal(hmac(), standard)
  halo.behave({ tab_alphabet: 'url_safe' })
  assert.equal(hmac(), standard.replaceAll('+', '-').replaceAll('/', '_'))
  halo.behave({ tab_alphabet: 'standard', tab_padding: 'cut' })
  assert.equal(hmac(), standard.replace('=', ''))
  halo.behave({ tab_variables: 'literal' })
  assert.equal(hmac(), '$HMAC')
})

test('parameters are named by the tab’s address; an unsigned tab has no signature', async (t) => {
  const halo = await start_halo(t)
  const tab_url = 'https://relay.test/tab?agentid=$LOGGEDINAGENTID&signature=$HMAC'
  halo.guide.do(['tab', 'ticket_types'], { tab_url })
  const { id } = halo.add_ticket()
  const url = new URL(halo.tab_url(id, 3))
  assert.deepEqual([...url.searchParams.keys()], ['agentid', 'signature'])
  halo.guide.tab.send_secure_url_parameter = false
  assert.equal(new URL(halo.tab_url(id, 3)).searchParams.get('signature'), '')
})
