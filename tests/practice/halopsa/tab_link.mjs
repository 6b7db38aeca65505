// The address of a custom tab as HaloPSA fills it in for one agent and one ticket.
import { createHmac } from 'node:crypto'

// Only the agent is signed: neither the ticket nor the time.
export function sign_agent(agent_id, secret, { tab_alphabet = 'standard', tab_padding = 'kept' } = {}) {
  const digest = createHmac('sha256', Buffer.from(secret, 'utf8')).update(String(agent_id)).digest()
  const text = digest.toString(tab_alphabet === 'url_safe' ? 'base64url' : 'base64')
  if (tab_padding === 'cut') return text.replace(/=+$/, '')
  return tab_alphabet === 'url_safe' ? text.padEnd(44, '=') : text
}

export function fill_tab_url(tab, { ticket_id, agent_id, behaviour }) {
  const hmac = tab.send_secure_url_parameter ? sign_agent(agent_id, tab.new_iframe_secret, behaviour) : ''
  const values = { $LOGGEDINAGENTID: String(agent_id), $HMAC: hmac, $FAULTID: String(ticket_id) }
  const written = (value) => (behaviour.tab_values === 'bare' ? value : encodeURIComponent(value))
  if (behaviour.tab_variables === 'literal') return tab.url
  return Object.entries(values).reduce(
    (url, [name, value]) => url.replaceAll(name, () => written(value)),
    tab.url,
  )
}

// The tabs on this ticket, for this agent: {name, url}, in their sequence.
export function tab_addresses(instance, ticket, agent_id) {
  const type = instance.ticket_types.get(ticket.tickettype_id)
  const allowed = (type?.allowed_iframe_customtabs ?? []).map(({ iframetab_id }) => iframetab_id)
  const tabs = instance.tabs
    .all()
    .filter(({ id }) => type?.allowall_iframe_customtabs || allowed.includes(id))
  const { behaviour } = instance
  return tabs
    .sort((a, b) => a.sequence - b.sequence)
    .map((tab) => ({ name: tab.name, url: fill_tab_url(tab, { ticket_id: ticket.id, agent_id, behaviour }) }))
}
