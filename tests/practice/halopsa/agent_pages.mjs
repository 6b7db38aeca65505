// What an agent sees in the browser: a ticket, with the custom tabs of its type as frames.
import { fill_tab_url } from './tab_link.mjs'

// Gives a function (call, response) that answers what is no API.
export function agent_pages({ instance }) {
  return (call, response) => {
    const ticket_id = /^\/agents\/tickets\/(\d+)$/.exec(call.path)?.[1]
    const ticket = ticket_id && instance.tickets.get(ticket_id)
    if (!ticket) return void response.writeHead(404, HTML).end('<!doctype html><title>Not found</title>')
    const agent_id = Number(call.query.get('agent') ?? 3)
    response.writeHead(200, HTML).end(ticket_page(instance, ticket, agent_id))
  }
}

const HTML = { 'Content-Type': 'text/html; charset=utf-8' }

function ticket_page(instance, ticket, agent_id) {
  const links = instance.ticket_types.get(ticket.tickettype_id)?.allowed_iframe_customtabs ?? []
  const tabs = links.map(({ iframetab_id }) => instance.tabs.get(iframetab_id)).filter(Boolean)
  const frames = tabs.map((tab) => {
    const url = fill_tab_url(tab, { ticket_id: ticket.id, agent_id, behaviour: instance.behaviour })
    const name = escaped(tab.name)
    return `<h2>${name}</h2>\n<iframe title="${name}" src="${escaped(url)}"></iframe>`
  })
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8">
<title>${ticket.id} ${escaped(ticket.summary)}</title>
<style>body{font:16px system-ui;margin:1rem} iframe{width:100%;height:40rem;border:1px solid #888}</style></head>
<body><h1>${ticket.id} ${escaped(ticket.summary)}</h1>
${frames.join('\n') || '<p>This ticket’s type has no custom tab.</p>'}
</body></html>`
}

const MARKS = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }
const escaped = (text) => String(text).replace(/[&<>"]/g, (mark) => MARKS[mark])
