// Every endpoint of the API, by its name in lower case: HaloPSA looks at no case in paths.
import { ApiError } from '../api/errors.mjs'
import { agent, application, team } from './people.mjs'
import { simple_resource } from './resource.mjs'
import { outcome, status, tabs, ticket_type } from './ticket_setup.mjs'
import { actions, tickets } from './tickets.mjs'
import { certificate, notification, webhook, webhook_event } from './webhooks.mjs'

const lookup = {
  name: 'Lookup',
  list({ instance, query }) {
    const asked = query.get('lookupid')
    return instance.lookups.all().filter(({ lookupid }) => !asked || lookupid === Number(asked))
  },
}

const instance_info = {
  name: 'InstanceInfo',
  list: ({ instance }) => ({ version: instance.version, product: 'HaloPSA', hosted: true, tenant_id: '' }),
}

// Files; what is in them is not read back.
const attachment = {
  name: 'Attachment',
  wrapped: 'attachments',
  list: ({ instance }) => instance.attachments.all().map(without_content),

  save({ instance }, item) {
    if (!item.filename || typeof item.data_base64 !== 'string')
      throw new ApiError(400, 'filename and data_base64 are needed')
    return without_content(instance.attachments.add(item))
  },
}

const without_content = ({ data_base64, ...row }) => ({
  ...row,
  filesize: Buffer.from(data_base64, 'base64').length,
})

const ALL = [
  ...[agent, team, application, ticket_type, status, outcome, tabs, tickets, actions],
  ...[webhook, notification, webhook_event, certificate, attachment, lookup, instance_info],
  simple_resource('Client', ({ clients }) => clients, { wrapped: 'clients' }),
  simple_resource('Site', ({ sites }) => sites, { wrapped: 'sites' }),
  simple_resource('Users', ({ users }) => users, { wrapped: 'users' }),
  simple_resource('Asset', ({ assets }) => assets, { wrapped: 'assets' }),
  simple_resource('KBArticle', ({ kb_articles }) => kb_articles, { wrapped: 'articles' }),
  simple_resource('Item', ({ items }) => items, { wrapped: 'items' }),
  simple_resource('Appointment', ({ appointments }) => appointments),
  simple_resource('Timesheet', ({ timesheets }) => timesheets),
]

export const RESOURCES = Object.fromEntries(ALL.map((resource) => [resource.name.toLowerCase(), resource]))
