// How tickets are worked on: their types, statuses, actions ("outcomes"), and the tabs on them.
import { randomUUID } from 'node:crypto'
import { outcome_row } from '../data_set.mjs'
import { found, is_set, save_row } from './resource.mjs'

const DETAILS_OF_TYPE = ['allowed_iframe_customtabs', 'allowall_iframe_customtabs']

export const ticket_type = {
  name: 'TicketType',

  list({ instance, query }) {
    const rows = instance.ticket_types.all().filter((row) => is_set(query, 'showall') || !row.inactive)
    return rows.map((row) => without(row, DETAILS_OF_TYPE))
  },

  get({ instance, query }, id) {
    const row = found(instance.ticket_types.get(id), 'ticket type')
    return is_set(query, 'includedetails') ? row : without(row, DETAILS_OF_TYPE)
  },

  save({ instance }, item) {
    const defaults = { name: '', use: 'ticket', inactive: false, allowall_iframe_customtabs: false }
    const row = save_row(
      instance.ticket_types,
      item,
      { ...defaults, allowed_iframe_customtabs: [] },
      'ticket type',
    )
    row.allowed_iframe_customtabs = row.allowed_iframe_customtabs.map((link, at) =>
      tab_link(instance, row, link, at),
    )
    return row
  },
}

// Only the tab's id has to be given; HaloPSA writes the rest.
function tab_link(instance, row, link, at) {
  const tab = found(instance.tabs.get(link.iframetab_id), 'custom tab')
  const id = link.id > 0 ? link.id : row.id * 100 + at + 1
  return { id, tickettype_id: row.id, iframetab_id: tab.id, iframetab_name: tab.name }
}

export const status = {
  name: 'Status',

  list({ instance, query }) {
    const type = instance.ticket_types.get(query.get('tickettype_id'))
    const rows = instance.statuses.all()
    return type?.allowed_statuses ? rows.filter(({ id }) => type.allowed_statuses.includes(id)) : rows
  },

  get: ({ instance }, id) => found(instance.statuses.get(id), 'status'),
  save: ({ instance }, item) =>
    save_row(instance.statuses, item, { name: '', shortname: '', type: 0 }, 'status'),
}

const DETAILS_OF_OUTCOME = ['fields', 'tickettypes', 'workflows', 'system']

export const outcome = {
  name: 'Outcome',

  list({ instance, query }) {
    const rows = instance.outcomes
      .all()
      .filter((row) => is_set(query, 'showhidden') || !row.hidden)
      .filter((row) => !is_set(query, 'excludesystemactions') || !row.system)
    return rows.map((row) => without(row, DETAILS_OF_OUTCOME))
  },

  get({ instance, query }, id) {
    const row = found(instance.outcomes.get(id), 'outcome')
    return without(row, is_set(query, 'includedetails') ? ['system'] : DETAILS_OF_OUTCOME)
  },

  save({ instance }, item) {
    const { system, ...defaults } = outcome_row({ outcome: '', buttonname: '' })
    return without(save_row(instance.outcomes, item, defaults, 'outcome'), ['system'])
  },

  remove: ({ instance }, id) => found(instance.outcomes.remove(id), 'outcome'),
}

// The secret of a tab is written, and never read back.
export const tabs = {
  name: 'Tabs',
  list: ({ instance }) => instance.tabs.all().map(tab_view),
  get: ({ instance }, id) => tab_view(found(instance.tabs.get(id), 'custom tab')),

  save({ instance }, item) {
    const defaults = { name: '', type: 0, sequence: 1, url: '', send_secure_url_parameter: false }
    const row = save_row(instance.tabs, item, { ...defaults, new_iframe_secret: '' }, 'custom tab')
    row.guid ??= randomUUID()
    return tab_view(row)
  },

  remove: ({ instance }, id) => tab_view(found(instance.tabs.remove(id), 'custom tab')),
}

const tab_view = (row) => without(row, ['new_iframe_secret'])

const without = (row, names) =>
  Object.fromEntries(Object.entries(row).filter(([name]) => !names.includes(name)))
