// Tickets and the actions on them.
import { ApiError } from '../api/errors.mjs'
import { NEVER } from '../clock.mjs'
import { found, is_set } from './resource.mjs'

const TIMES = ['dateoccurred', 'last_update', 'lastactiondate', 'dateclosed', 'datetime']

// Filters by a number, as `?client_id=12`; a list is divided by commas.
const NUMBERS = {
  ...{ client_id: 'client_id', site_id: 'site_id', user_id: 'user_id', team_id: 'team_id' },
  ...{ agent_id: 'agent_id', status_id: 'status_id', priority_id: 'priority_id' },
  ...{ tickettype_id: 'tickettype_id', requesttype_id: 'tickettype_id', requesttype: 'tickettype_id' },
}

export const tickets = {
  name: 'Tickets',
  wrapped: 'tickets',

  list({ instance, query }) {
    const rows = instance.tickets.all().filter((ticket) => matches(ticket, query))
    // HaloPSA's own order is the newest first.
    return rows.reverse().map((ticket) => view(instance, ticket, is_set(query, 'includedetails')))
  },

  get({ instance, query }, id) {
    const ticket = found(instance.tickets.get(id), 'ticket')
    const answer = view(instance, ticket, true)
    const last = instance.actions_of(ticket.id).at(-1)
    if (is_set(query, 'includelastaction')) answer.lastaction = last ? action_view(instance, last) : null
    return answer
  },

  save({ instance, desk, agent_id }, item) {
    check_references(instance, item)
    if (item.id) {
      found(instance.tickets.get(item.id), 'ticket')
      return view(instance, desk.change(item.id, item, agent_id), true)
    }
    if (!item.summary) throw new ApiError(400, 'A summary is needed')
    return view(instance, desk.create(item, agent_id), true)
  },

  remove({ instance }, id) {
    instance.actions.delete(Number(id))
    return found(instance.tickets.remove(id), 'ticket')
  },
}

export const actions = {
  name: 'Actions',
  wrapped: 'actions',

  list({ instance, query }) {
    const asked = query.get('ticket_id')
    const ids = asked ? [Number(asked)] : instance.tickets.all().map(({ id }) => id)
    const rows = ids.flatMap((id) => [...instance.actions_of(id)].reverse())
    return rows
      .filter((action) => in_time(action.datetime, query))
      .map((action) => action_view(instance, action))
  },

  get({ instance, query }, id) {
    const own = instance.actions_of(query.get('ticket_id'))
    return action_view(
      instance,
      found(
        own.find((action) => action.id === Number(id)),
        'action',
      ),
    )
  },

  save({ instance, desk, agent_id }, item) {
    found(instance.tickets.get(item.ticket_id), 'ticket')
    if (!item.outcome && !item.outcome_id) throw new ApiError(400, 'An outcome is needed')
    if (item.outcome_id) found(instance.outcomes.get(item.outcome_id), 'outcome')
    if (item.new_status) found(instance.statuses.get(item.new_status), 'status')
    return action_view(instance, desk.act(item.ticket_id, item, agent_id))
  },
}

function check_references(instance, item) {
  const tables = {
    tickettype_id: instance.ticket_types,
    status_id: instance.statuses,
    client_id: instance.clients,
    team_id: instance.teams,
    agent_id: instance.agents,
  }
  for (const [name, table] of Object.entries(tables))
    if (item[name] !== undefined && !table.get(item[name])) throw new ApiError(400, `${name} is not known`)
}

function matches(ticket, query) {
  const numbers = Object.entries(NUMBERS).every(([name, field]) => {
    const asked = query.get(name)
    return !asked || asked.split(',').map(Number).includes(ticket[field])
  })
  const from = query.get('lastupdatefromdate')
  const to = query.get('lastupdatetodate')
  return (
    numbers &&
    (!from || at(ticket.last_update) >= at(from)) &&
    (!to || at(ticket.last_update) <= at(to)) &&
    (!is_set(query, 'open_only') || ticket.dateclosed === NEVER) &&
    (!query.get('search') || ticket.summary.toLowerCase().includes(query.get('search').toLowerCase()))
  )
}

const in_time = (time, query) =>
  (!query.get('startdate') || at(time) >= at(query.get('startdate'))) &&
  (!query.get('enddate') || at(time) <= at(query.get('enddate')))

// A time without a zone is UTC.
const at = (text) => Date.parse(/(Z|[+-]\d\d:?\d\d)$/.test(text) || !text.includes('T') ? text : `${text}Z`)

const name_of = (row) => row?.name ?? ''

function view(instance, ticket, details) {
  const { details: text, customfields, ...brief } = ticket
  const names = {
    client_name: name_of(instance.clients.get(ticket.client_id)),
    site_name: name_of(instance.sites.get(ticket.site_id)),
    user_name: name_of(instance.users.get(ticket.user_id)),
    team: name_of(instance.teams.get(ticket.team_id)),
  }
  const more = details ? { details: text, details_html: `<p>${text}</p>`, customfields } : {}
  return with_times(instance, { ...brief, ...names, ...more })
}

const action_view = (instance, action) => with_times(instance, { ...action })

function with_times(instance, row) {
  if (instance.behaviour.times === 'bare')
    for (const name of TIMES) if (name in row) row[name] = row[name].replace(/Z$/, '')
  return row
}
