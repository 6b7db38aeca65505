// The setup guide's steps in HaloPSA, done by hand and undone: so that a check can be right, or wrong.
import { randomBytes } from 'node:crypto'
import { ACTION_BY_AGENT, CLOSED, agent_row, outcome_row } from './data_set.mjs'
import { make_mistake } from './mistakes.mjs'
import { NEW_TICKET, STATUS_CHANGED, TICKET_CHANGED } from './occurrences.mjs'
import { GUIDE_SCOPES } from './scopes.mjs'
import { AUTHENTICATION } from './webhooks.mjs'

export const WITH_TAB = [1, 2, 3, 4, 25] // ticket types
const PRIVATE_NOTE = 2
const EMAIL_USER = 1
const PRIVATE_NOTE_FIELD = 9
const TAB_QUERY = 'agentId=$LOGGEDINAGENTID&hmac=$HMAC&ticketId=$FAULTID'
// Our numbers for what the page's lists offer: nobody knows HaloPSA's own.
const VALUE_CHANGED = 1
const IFRAME = 1

export class Guide {
  #instance
  #webhook // the one that is filled in by hand
  agent = null
  application = null
  tab_secret = randomBytes(24).toString('base64url')
  // What is pasted from the relay's page.
  values = { webhook_url: '', tab_url: 'https://relay.example/tab' }

  constructor(instance, webhook) {
    this.#instance = instance
    this.#webhook = webhook
  }

  // Section 2, steps 2 and 3: needed before anything of the API answers.
  add_agent() {
    const name = { name: 'Mizo Agent', firstname: 'Mizo', surname: 'Agent', initials: 'MZ' }
    this.agent ??= this.#instance.agents.add(
      agent_row({ id: 31, ...name, isapiagent: true, roles: ['Administrator'], email: 'mizo@msp.example' }),
    )
  }

  // `rights`: 'guide', the guide's permissions; 'admin': HaloPSA's configuration beside them.
  add_application(rights = 'guide') {
    const scopes = rights === 'admin' ? [...GUIDE_SCOPES, 'admin'] : GUIDE_SCOPES
    this.application ??= this.#instance.add_application({ agent_id: this.agent.id, scopes })
    this.application.scopes = [...scopes]
  }

  // Does these steps, or all; `values` as in the member of that name.
  do(steps = GUIDE_STEPS, values = {}) {
    Object.assign(this.values, values)
    for (const name of [steps].flat()) this.#step(name).done(this.#instance, this)
  }

  // As if a step had never been done.
  undo(steps = GUIDE_STEPS) {
    for (const name of [steps].flat()) this.#step(name).undone(this.#instance, this)
  }

  // Gets one thing wrong, where the guide is done: see mistakes.mjs.
  mistake(name) {
    make_mistake(name, { instance: this.#instance, guide: this })
  }

  get webhook() {
    return this.#webhook
  }

  get tab() {
    return this.#instance.tabs.find(({ name }) => name === 'Mizo')
  }

  get outcome() {
    return this.#instance.outcomes.find(({ outcome }) => outcome === 'Mizo resolve')
  }

  #step(name) {
    if (!STEPS[name]) throw new Error(`the steps are ${GUIDE_STEPS.join(', ')}`)
    return STEPS[name]
  }
}

const STEPS = {
  tab: {
    done({ tabs }, guide) {
      const row = guide.tab ?? tabs.add({ name: 'Mizo', type: IFRAME, sequence: 1 })
      const { tab_url } = guide.values
      row.url = tab_url.includes('?') ? tab_url : `${tab_url}?${TAB_QUERY}`
      Object.assign(row, { send_secure_url_parameter: true, new_iframe_secret: guide.tab_secret })
    },
    undone: ({ tabs }, guide) => void (guide.tab && tabs.remove(guide.tab.id)),
  },
  ticket_types: {
    done({ ticket_types }, guide) {
      if (!guide.tab) STEPS.tab.done(...arguments)
      const { id, name } = guide.tab
      for (const type of WITH_TAB.map((number) => ticket_types.get(number)))
        type.allowed_iframe_customtabs = [
          { id: type.id * 100 + 1, tickettype_id: type.id, iframetab_id: id, iframetab_name: name },
        ]
    },
    undone: ({ ticket_types }) =>
      ticket_types.all().forEach((type) => void (type.allowed_iframe_customtabs = [])),
  },
  webhook: {
    done({ webhooks, certificates }, { webhook, values }) {
      const own = certificates.find(({ name }) => name === 'Mizo')
      Object.assign(webhook, { name: 'Mizo ticket webhook', active: true, disabled: false, method: 0 })
      Object.assign(webhook, { authentication_type: AUTHENTICATION.x509, certificate_id: own?.id ?? 0 })
      webhook.url = values.webhook_url || webhook.url
      webhooks.put(webhook)
    },
    undone: ({ webhooks }, { webhook }) => void webhooks.remove(webhook.id),
  },
  events: {
    done(instance, guide) {
      STEPS.events.undone(instance, guide)
      for (const row of five_events(guide.webhook.id)) instance.notifications.add(row)
    },
    undone({ notifications }, { webhook }) {
      for (const row of notifications.all()) if (row.webhook_id === webhook.id) notifications.remove(row.id)
    },
  },
  outcome: {
    done({ outcomes }, guide) {
      const row = guide.outcome ?? outcomes.add(outcome_row({ outcome: 'Mizo resolve' }))
      const names = { buttonname: 'Mizo resolve', newstatus: CLOSED, hidden: false, actionvisibility: 1 }
      Object.assign(row, names, { hidefromuser: true, hide_header_button: true })
      row.fields = [{ fieldid: PRIVATE_NOTE_FIELD, fieldname: 'Private Note' }]
    },
    undone: ({ outcomes }, guide) => void (guide.outcome && outcomes.remove(guide.outcome.id)),
  },
}

export const GUIDE_STEPS = Object.keys(STEPS)

function five_events(webhook_id) {
  const row = (eventno, name, condition) => {
    const conditions = condition
      ? [{ type: 0, change_context: 0, value_int: 0, value_string: '', ...condition }]
      : []
    return { webhook_id, type: -2, delivery_method: 6, eventno, name, conditions }
  }
  const client = { fieldname: 'client_id', tablename: 'faults', change_context: VALUE_CHANGED }
  const action = (outcome_id) => ({ fieldname: 'outcome_id', tablename: 'actions', value_int: outcome_id })
  return [
    row(NEW_TICKET, 'New Ticket Logged'),
    row(STATUS_CHANGED, 'Ticket Status Changed'),
    row(TICKET_CHANGED, 'Ticket Updated', client),
    row(ACTION_BY_AGENT, 'Action added by Agent', action(PRIVATE_NOTE)),
    row(ACTION_BY_AGENT, 'Action added by Agent', action(EMAIL_USER)),
  ]
}
