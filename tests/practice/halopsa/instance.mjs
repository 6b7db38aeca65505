// The database of the practice HaloPSA and what goes with it: one MSP's instance.
import { randomUUID } from 'node:crypto'
import { default_behaviour } from './behaviour.mjs'
import { PracticeClock } from './clock.mjs'
import { fill_data_set } from './data_set.mjs'
import { Table } from './table.mjs'

export class Instance {
  clock = new PracticeClock()
  behaviour = default_behaviour()
  version = '2.206.4'
  agents = new Table()
  teams = new Table()
  applications = new Table()
  ticket_types = new Table()
  statuses = new Table()
  outcomes = new Table()
  tabs = new Table({ first_id: 21 })
  certificates = new Table()
  attachments = new Table({ first_id: 7001 })
  webhooks = new Table({ guids: true })
  notifications = new Table({ first_id: 41 })
  lookups = new Table()
  clients = new Table()
  sites = new Table()
  users = new Table()
  assets = new Table()
  kb_articles = new Table()
  items = new Table()
  appointments = new Table()
  timesheets = new Table()
  tickets = new Table({ first_id: 4242 })
  actions = new Map() // of each ticket, by its number

  constructor() {
    fill_data_set(this)
  }

  // An application with a secret of its own; `scopes`: what it may ask for, `rights`: see may().
  add_application({ name = 'Mizo Agent', agent_id, scopes = [], rights = {}, inactive = false }) {
    const client_id = randomUUID()
    const client_secret = `${randomUUID()}-${randomUUID()}`
    const application = { name, client_id, client_secret, agent_id, scopes: [...scopes] }
    return this.applications.add({ ...application, rights: { ...rights }, inactive })
  }

  actions_of(ticket_id) {
    const id = Number(ticket_id)
    if (!this.actions.has(id)) this.actions.set(id, [])
    return this.actions.get(id)
  }
}
