// What agents see in the browser: their tickets, a form for what they do most, and on each ticket the custom
// tabs of its type as frames. Nobody signs in: `?agent=N` says who it is.
import { escaped, page } from './html.mjs'
import { tab_addresses } from './tab_link.mjs'

const AN_AGENT = 3

// Gives a function (call, response) that answers what is no API: {method, path, query, body}.
export function agent_pages({ instance, desk }) {
  return (call, response) => {
    const agent_id = Number(call.query.get('agent') ?? AN_AGENT)
    const context = { instance, desk, agent_id, query: call.query, form: new URLSearchParams(call.body) }
    for (const [method, path, serve] of PAGES) {
      const match = method === call.method && path.exec(call.path)
      const answer = match && serve(context, match[1])
      if (answer) return void send(response, answer)
    }
    send(response, { status: 404, html: page('Not found', '<p>There is no such page here.</p>') })
  }
}

function send(response, { status = 200, html = '', to = null }) {
  const where = to ? { Location: to } : {}
  response.writeHead(to ? 303 : status, { 'Content-Type': 'text/html; charset=utf-8', ...where }).end(html)
}

const address = (id, agent_id) => `/agents/tickets/${id}?agent=${agent_id}`

const PAGES = [
  ['GET', /^\/(?:agents\/?)?$/, () => ({ to: `/agents/tickets?agent=${AN_AGENT}` })],
  ['GET', /^\/tickets?$/, ({ query, agent_id }) => ({ to: address(query.get('id'), agent_id) })],
  ['GET', /^\/config(?:\/.*)?$/, () => ({ html: page('Configuration', CONFIGURATION) })],
  ['GET', /^\/agents\/tickets$/, list_page],
  ['POST', /^\/agents\/tickets$/, create],
  ['GET', /^\/agents\/tickets\/(\d+)$/, ticket_page],
  ['POST', /^\/agents\/tickets\/(\d+)$/, work_on],
]

const CONFIGURATION = '<p>HaloPSA’s configuration is practised through its API and the control interface.</p>'

function list_page({ instance, agent_id }) {
  const rows = instance.tickets.all().reverse()
  const lines = rows.map(
    ({ id, summary, status_id }) =>
      `<tr><td><a href="${address(id, agent_id)}">${id}</a><td>${escaped(summary)}
       <td>${escaped(instance.statuses.get(status_id)?.name)}</tr>`,
  )
  const types = instance.ticket_types.all().filter(({ inactive }) => !inactive)
  return {
    html: page(
      'Tickets',
      `<form method="post" action="/agents/tickets?agent=${agent_id}">
       <label>Summary <input name="summary" required></label> ${choice('tickettype_id', types)}
       <button>New ticket</button></form>
       <table>${lines.join('')}</table>`,
    ),
  }
}

function choice(name, rows) {
  const options = rows.map((row) => `<option value="${escaped(row.id)}">${escaped(row.name)}</option>`)
  return `<select name="${name}">${options.join('')}</select>`
}

function create({ desk, agent_id, form }) {
  const fields = { summary: form.get('summary') || 'No summary' }
  const type = Number(form.get('tickettype_id'))
  const ticket = desk.create(type ? { ...fields, tickettype_id: type } : fields, agent_id)
  return { to: address(ticket.id, agent_id) }
}

function ticket_page({ instance, agent_id }, id) {
  const ticket = instance.tickets.get(id)
  if (!ticket) return null
  const frames = tab_addresses(instance, ticket, agent_id).map(({ name, url }) => {
    const title = escaped(name)
    return `<h2>${title}</h2><iframe title="${title}" src="${escaped(url)}"></iframe>`
  })
  const actions = instance.actions_of(ticket.id).map(({ who, outcome, note }) => {
    return `<li><b>${escaped(who)}</b>, ${escaped(outcome)}: ${escaped(note)}</li>`
  })
  return {
    html: page(
      `${ticket.id} ${ticket.summary}`,
      `<p>${escaped(instance.statuses.get(ticket.status_id)?.name)} ·
       ${escaped(instance.clients.get(ticket.client_id)?.name)} ·
       ${escaped(instance.agents.get(agent_id)?.name)} is looking</p>
       ${work_form(instance, ticket, agent_id)}
       <ol>${actions.join('')}</ol>
       ${frames.join('') || '<p>Tickets of this type have no custom tab.</p>'}`,
    ),
  }
}

function work_form(instance, ticket, agent_id) {
  const outcomes = instance.outcomes.all().filter(({ hidden, system }) => !hidden && !system)
  const named = outcomes.map(({ outcome }) => ({ id: outcome, name: outcome }))
  const unchanged = { id: '', name: 'status stays' }
  return `<form method="post" action="${address(ticket.id, agent_id)}">
    ${choice('outcome', named)} <input name="note" placeholder="Note">
    ${choice('new_status', [unchanged, ...instance.statuses.all()])} <button>Act</button></form>`
}

function work_on({ desk, agent_id, form }, id) {
  if (!desk.ticket(id)) return null
  const { outcome = 'Private Note', note = '', new_status = '' } = Object.fromEntries(form)
  desk.act(id, { outcome, note, new_status: Number(new_status) || undefined }, agent_id)
  return { to: address(id, agent_id) }
}
