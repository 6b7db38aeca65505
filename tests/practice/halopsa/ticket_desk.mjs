// Work on tickets, whoever does it: the API, the control interface, or an agent in the page. Whatever
// happens is told, so that the webhooks can fire.
import { NEVER, halo_time } from './clock.mjs'
import { closes } from './data_set.mjs'

// What may be set from outside; the rest follows from it.
const FIELDS = [
  ...['summary', 'details', 'status_id', 'tickettype_id', 'priority_id', 'client_id', 'site_id', 'user_id'],
  ...['team_id', 'agent_id', 'customfields'],
]
const NEW_TICKET = {
  ...{
    summary: '',
    details: '',
    status_id: 1,
    tickettype_id: 1,
    priority_id: 3,
    client_id: 12,
    site_id: 112,
  },
  ...{ user_id: 77, team_id: 5, agent_id: 1, customfields: [], hasbeenclosed: false },
}

export class TicketDesk {
  #instance
  #happened

  // `happened({kind, ticket, changes, action, agent_id})`: created, changed (with the names of the changed
  // fields) or action_added.
  constructor(instance, happened) {
    this.#instance = instance
    this.#happened = happened
  }

  ticket(id) {
    return this.#instance.tickets.get(id)
  }

  // `agent_id`: who does it; the ticket's own agent is one of its fields.
  create(fields, agent_id) {
    const now = this.#now()
    const ticket = this.#instance.tickets.add({ ...NEW_TICKET, ...known(fields) })
    Object.assign(ticket, { dateoccurred: now, last_update: now, lastactiondate: now, dateclosed: NEVER })
    this.#note_closing(ticket)
    this.#happened({ kind: 'created', ticket, changes: [], agent_id })
    return ticket
  }

  change(id, fields, agent_id) {
    const ticket = this.ticket(id)
    const next = known(fields)
    const changes = Object.keys(next).filter((name) => !same(next[name], ticket[name]))
    Object.assign(ticket, next, { last_update: this.#now() })
    if (changes.includes('status_id')) this.#note_closing(ticket)
    if (changes.length > 0) this.#happened({ kind: 'changed', ticket, changes, agent_id })
    return ticket
  }

  // Not idempotent: the same again is another action. `new_status` changes the ticket too.
  act(ticket_id, fields, agent_id) {
    const ticket = this.ticket(ticket_id)
    const action = this.#add_action(ticket, fields, agent_id)
    Object.assign(ticket, { last_update: action.datetime, lastactiondate: action.datetime })
    const status_id = Number(fields.new_status)
    const moves = status_id > 0 && this.#instance.behaviour.new_status === 'applied'
    this.#happened({ kind: 'action_added', ticket, changes: [], action, agent_id })
    if (moves) this.change(ticket_id, { status_id }, agent_id)
    return action
  }

  #add_action(ticket, fields, agent_id) {
    const actions = this.#instance.actions_of(ticket.id)
    const outcome = this.#outcome(fields)
    const action = {
      id: (actions.at(-1)?.id ?? 0) + 1,
      ticket_id: ticket.id,
      outcome: outcome?.outcome ?? fields.outcome,
      outcome_id: outcome?.id ?? 0,
      who: this.#instance.agents.get(agent_id)?.name ?? 'API',
      who_agentid: agent_id,
      who_type: 1,
      datetime: this.#now(),
      note: fields.note ?? text_of(fields.note_html ?? ''),
      note_html: fields.note_html ?? fields.note ?? '',
      hiddenfromuser: Boolean(fields.hiddenfromuser),
      sendemail: Boolean(fields.sendemail),
      old_status: ticket.status_id,
      new_status: Number(fields.new_status) || ticket.status_id,
      customfields: fields.customfields ?? [],
    }
    actions.push(action)
    return action
  }

  #outcome({ outcome_id, outcome }) {
    const { outcomes } = this.#instance
    return outcome_id ? outcomes.get(outcome_id) : outcomes.find((row) => row.outcome === outcome)
  }

  #note_closing(ticket) {
    if (!closes(ticket.status_id)) return void (ticket.dateclosed = NEVER)
    Object.assign(ticket, { dateclosed: this.#now(), hasbeenclosed: true })
  }

  #now() {
    return halo_time(this.#instance.clock.now())
  }
}

const known = (fields) =>
  Object.fromEntries(FIELDS.filter((name) => name in fields).map((name) => [name, fields[name]]))
const same = (a, b) => JSON.stringify(a) === JSON.stringify(b)
const text_of = (html) => html.replace(/<[^>]*>/g, '')
