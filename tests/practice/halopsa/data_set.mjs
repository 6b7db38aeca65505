// A small MSP before anything of the setup guide is done: people, customers, and how it works on tickets.
export const ACTION_BY_AGENT = 203 // its eventno is only to be learnt from the lookup
export const EVENTS_LOOKUP = 64

const AGENTS = [
  { id: 1, name: 'Unassigned', firstname: '', surname: '', initials: 'UN' },
  { id: 3, name: 'Agnès Tremblay', firstname: 'Agnès', surname: 'Tremblay', initials: 'AT', is_admin: true },
  { id: 4, name: 'Bob O’Neill', firstname: 'Bob', surname: 'O’Neill', initials: 'BO' },
  { id: 6, name: 'Former Agent', firstname: 'Former', surname: 'Agent', initials: 'FA', isdisabled: true },
]

const TEAMS = [
  { id: 1, name: '1st Line Support' },
  { id: 5, name: 'Service Desk' },
  { id: 6, name: 'Projects' },
  { id: 7, name: 'Old Team', inactive: true },
]

const STATUSES = [
  { id: 1, name: 'New', shortname: 'New', type: 0 },
  { id: 2, name: 'In Progress', shortname: 'Prog', type: 0 },
  { id: 3, name: 'Action Required', shortname: 'ActReq', type: 0 },
  { id: 4, name: 'With User', shortname: 'User', type: 1 },
  { id: 8, name: 'Resolved', shortname: 'Res', type: 2 },
  { id: 9, name: 'Closed', shortname: 'Clsd', type: 3 },
]
export const CLOSED = 9
const CLOSING = [8, 9]
export const closes = (status_id) => CLOSING.includes(status_id)

const TICKET_TYPES = [
  { id: 1, name: 'Incident', use: 'ticket' },
  { id: 2, name: 'Change Request', use: 'ticket' },
  { id: 3, name: 'Service Request', use: 'ticket' },
  { id: 4, name: 'Problem', use: 'ticket' },
  { id: 25, name: 'Triage', use: 'ticket' },
  { id: 30, name: 'Lead', use: 'opportunity', inactive: true },
]

const OUTCOMES = [
  { id: 1, outcome: 'Email User', buttonname: 'Email User', actionvisibility: 1, sendemail: true },
  { id: 2, outcome: 'Private Note', buttonname: 'Private Note', hidefromuser: true },
  { id: 3, outcome: 'Close', buttonname: 'Close Ticket', newstatus: CLOSED },
  { id: 4, outcome: 'Re-Assign', buttonname: 'Re-Assign' },
  { id: 5, outcome: 'Old Note', buttonname: 'Old Note', hidden: true },
  { id: 900, outcome: 'Request Created', buttonname: '', system: true },
]

const EVENTS = [
  { id: 3, name: 'New Ticket Logged' },
  { id: 61, name: 'Ticket Changed' },
  { id: 76, name: 'Ticket Status Changed' },
  { id: ACTION_BY_AGENT, name: 'Action added by Agent' },
  { id: 204, name: 'Action added by User' },
]

const CLIENTS = [
  { id: 1, name: 'Unknown' },
  { id: 12, name: 'Zürich Bakeries AG' },
  { id: 18, name: 'Contoso Ltd' },
]

const SITES = CLIENTS.map(({ id, name }) => ({
  id: 100 + id,
  client_id: id,
  client_name: name,
  name: 'Main',
}))
const USERS = [
  { id: 77, name: 'Zoë O’Neill', client_id: 12, site_id: 112, emailaddress: 'zoe@bakeries.example' },
  { id: 78, name: 'Kim Lee', client_id: 18, site_id: 118, emailaddress: 'kim@contoso.example' },
]

const NO_FIELDS = {
  agent: { email: '', isapiagent: false, is_admin: false, isdisabled: false, team: '', teams: [], roles: [] },
  outcome: { newstatus: -1, hidden: false, hidefromuser: false, actionvisibility: 0, fields: [] },
  outcome_more: { hide_header_button: false, tickettypes: [], workflows: [], system: false },
  ticket_type: { allowed_iframe_customtabs: [], allowall_iframe_customtabs: false, inactive: false },
}

export function fill_data_set(instance) {
  for (const row of AGENTS) instance.agents.add(agent_row(row))
  for (const row of TEAMS) instance.teams.add({ type: 'reqs', inactive: false, agents: [], ...row })
  for (const row of STATUSES) instance.statuses.add(row)
  for (const row of TICKET_TYPES) instance.ticket_types.add({ ...NO_FIELDS.ticket_type, ...row })
  for (const row of OUTCOMES) instance.outcomes.add(outcome_row(row))
  for (const { id, name } of EVENTS) instance.lookups.add({ id, lookupid: EVENTS_LOOKUP, name })
  for (const row of CLIENTS) instance.clients.add({ inactive: false, ...row })
  for (const row of SITES) instance.sites.add({ inactive: false, ...row })
  for (const row of USERS) instance.users.add({ inactive: false, ...row })
  instance.assets.add({ id: 501, inventory_number: 'PRN-3', client_id: 12, site_id: 112 })
  instance.kb_articles.add({
    id: 601,
    name: 'The printer does not answer',
    description: 'Restart the spooler.',
  })
  instance.items.add({ id: 701, name: 'Toner', baseprice: 79.9 })
}

export const agent_row = (row) => ({ ...NO_FIELDS.agent, ...row })
export const outcome_row = (row) => ({ ...NO_FIELDS.outcome, ...NO_FIELDS.outcome_more, ...row })
