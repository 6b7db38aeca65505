// Which notifications fire when something happens to a ticket, by their event and their conditions.
import { ACTION_BY_AGENT } from './data_set.mjs'

export const NEW_TICKET = 3
export const TICKET_CHANGED = 61
export const STATUS_CHANGED = 76

const FIRES = {
  [NEW_TICKET]: ({ kind }) => kind === 'created',
  [TICKET_CHANGED]: ({ kind }) => kind === 'changed',
  [STATUS_CHANGED]: ({ kind, changes }) => kind === 'changed' && changes.includes('status_id'),
  [ACTION_BY_AGENT]: ({ kind }) => kind === 'action_added',
}

// The names that HaloPSA has for one field: of its API, of its database, and what the page shows.
const FIELD_NAMES = {
  client_id: ['client_id', 'client', 'customer', 'areaint', 'fareaint'],
  status_id: ['status_id', 'status'],
  team_id: ['team_id', 'team', 'sectio_', 'section_id'],
  agent_id: ['agent_id', 'agent', 'assignedtoint'],
  tickettype_id: ['tickettype_id', 'tickettype', 'requesttype', 'requesttypenew'],
  outcome_id: ['outcome_id', 'outcome', 'actoutcomeid', 'actionoutcome_id'],
}

export function is_fired({ eventno, conditions = [] }, happening) {
  return Boolean(FIRES[eventno]?.(happening)) && conditions.every((condition) => holds(condition, happening))
}

// A condition with a change context wants the field changed, to a value where it names one; without one,
// the field has to have the value.
function holds({ fieldname = '', change_context = 0, value_int, value_string }, { ticket, action, changes }) {
  const asked = fieldname.toLowerCase()
  const field = Object.keys(FIELD_NAMES).find((name) => FIELD_NAMES[name].includes(asked)) ?? asked
  const value = action?.[field] ?? ticket[field]
  const wanted = value_int || value_string || null
  if (change_context && !changes.includes(field)) return false
  return wanted === null || String(value) === String(wanted)
}

// How a webhook's body names what happened.
export function body_kind(eventno, { changed_text }) {
  const kinds = {
    [NEW_TICKET]: 'created',
    [STATUS_CHANGED]: 'status_changed',
    [ACTION_BY_AGENT]: 'action_added',
  }
  return kinds[eventno] ?? changed_text
}
