// Agents, their teams, and the applications that act as one of them.
import { randomUUID } from 'node:crypto'
import { agent_row } from '../data_set.mjs'
import { found, is_set, save_row } from './resource.mjs'

export const agent = {
  name: 'Agent',

  list({ instance, query }) {
    return instance.agents
      .all()
      .filter((row) => is_set(query, 'includeapiagents') || !row.isapiagent)
      .filter((row) => is_set(query, 'includedisabled') || !row.isdisabled)
  },

  get({ instance, agent_id }, id) {
    return found(instance.agents.get(id === 'me' ? agent_id : id), 'agent')
  },

  save: ({ instance }, item) => save_row(instance.agents, item, agent_row({ name: '', ...NAMES }), 'agent'),
}

const NAMES = { firstname: '', surname: '', initials: '' }

export const team = {
  name: 'Team',

  list({ instance, query }) {
    const type = query.get('type')
    const rows = instance.teams.all().filter((row) => !type || row.type === type)
    return rows.filter((row) => is_set(query, 'showall') || !row.inactive)
  },

  get: ({ instance }, id) => found(instance.teams.get(id), 'team'),
  save: ({ instance }, item) =>
    save_row(instance.teams, item, { name: '', type: 'reqs', inactive: false, agents: [] }, 'team'),
}

export const application = {
  name: 'Application',
  list: ({ instance }) => instance.applications.all().map((row) => application_view(instance, row)),
  get: ({ instance }, id) => application_view(instance, found(instance.applications.get(id), 'application')),

  save({ instance }, item) {
    const row = item.id
      ? found(instance.applications.get(item.id), 'application')
      : instance.add_application({ name: item.displayName, agent_id: item.loginas_agent_id })
    if ('displayName' in item) row.name = item.displayName
    if ('loginas_agent_id' in item) row.agent_id = item.loginas_agent_id
    if ('inactive' in item) row.inactive = Boolean(item.inactive)
    if ('scopes' in item) row.scopes = item.scopes.map((scope) => scope.name ?? scope.id ?? scope)
    return application_view(instance, row)
  },
}

function application_view(instance, row) {
  return {
    id: row.id,
    guid: (row.guid ??= randomUUID()),
    clientId: row.client_id,
    displayName: row.name,
    loginas_agent_id: row.agent_id,
    loginas_agent_name: instance.agents.get(row.agent_id)?.name ?? '',
    inactive: row.inactive,
    scopes: row.scopes.map((name) => ({ id: name, name })),
  }
}
