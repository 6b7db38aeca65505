// What Mizo does with a ticket, in small: it reads the new ticket through the relay, tells what it thinks of
// it, and resolves it when an agent presses the button.
import { randomUUID } from 'node:crypto'

const ASKED_WITHIN_MS = 10_000
const KEPT_MS = 86_400_000
const RESOLVE = 'resolve'

export class Assistant {
  #cloud
  #asked = new Map() // rid -> what to do with the response
  #revisions = new Map() // of the insight of each ticket
  answers = [] // {ticket_id, what, status or error}: what came back

  constructor(cloud) {
    this.#cloud = cloud
  }

  // An event that is on the disk.
  on_event(session, { event }) {
    const ticket_id = Number(event.subject?.split('/')[1])
    if (!event.type.endsWith('.ticket.created') || !(ticket_id > 0) || event.batchindex > 0) return
    this.#tell(session, ticket_id, summary_in(event), 'The ticket has come in; it is being read.')
    if (!session.hello.caps.includes('request')) return
    const path = `Tickets/${ticket_id}`
    this.#ask(
      session,
      { what: 'read', ticket_id, method: 'GET', path, query: { includedetails: true } },
      (ticket) =>
        this.#tell(
          session,
          ticket_id,
          ticket.summary,
          ticket.details || 'Nothing more is said in the ticket.',
        ),
    )
  }

  // An agent pressed a button of the tab.
  on_tab_action(session, { ticket_id, action_id }) {
    if (action_id === RESOLVE) this.resolve(ticket_id, session)
  }

  resolve(ticket_id, session = this.#cloud.live_session()) {
    this.#ask(session, { what: 'statuses', ticket_id, method: 'GET', path: 'Status' }, (rows) => {
      const statuses = Array.isArray(rows) ? rows : Object.values(rows).find(Array.isArray)
      const closed = statuses.find(({ name }) => /^(closed|resolved)$/i.test(name))
      this.#resolve(session, ticket_id, closed?.id)
    })
  }

  on_response({ rid, status, body, error }) {
    const asked = this.#asked.get(rid)
    if (!asked) return
    this.#asked.delete(rid)
    const { what, ticket_id } = asked
    this.answers.push({ what, ticket_id, ...(error ? { error: error.code } : { status }) })
    if (status >= 200 && status < 300) asked.go_on(body)
  }

  #resolve(session, ticket_id, new_status) {
    const action = { ticket_id, outcome: 'Mizo resolve', note_html: '<p>Resolved by Mizo.</p>' }
    const body = [{ ...action, hiddenfromuser: true, sendemail: false, new_status }]
    const order = { method: 'POST', path: 'Actions', body, idempotency_key: `resolve-${ticket_id}` }
    this.#ask(session, { what: 'resolved', ticket_id, ...order }, () => {})
  }

  #ask(session, { what, ticket_id, ...request }, go_on) {
    const rid = randomUUID()
    this.#asked.set(rid, { what, ticket_id, go_on })
    session.send({ t: 'request', rid, deadline_ms: ASKED_WITHIN_MS, ...request })
  }

  #tell(session, ticket_id, title, text) {
    if (!session.hello.caps.includes('insight')) return
    const revision = (this.#revisions.get(ticket_id) ?? 0) + 1
    this.#revisions.set(ticket_id, revision)
    session.send({
      t: 'insight',
      ticket_id,
      revision,
      title: title.slice(0, 500),
      sections: [
        { heading: 'Summary', markdown: text },
        { heading: 'To do', markdown: '- [ ] Ask since **when**\n- [ ] Look at the *event log*' },
      ],
      actions: [{ id: RESOLVE, label: 'Resolve with Mizo' }],
      expires_at: new Date(this.#cloud.now() + KEPT_MS).toISOString(),
    })
  }
}

// A webhook need not hold its ticket, nor be JSON.
function summary_in({ data_base64, subject }) {
  try {
    return JSON.parse(Buffer.from(data_base64, 'base64').toString('utf8')).ticket?.summary || subject
  } catch {
    return subject
  }
}
