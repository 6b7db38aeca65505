// What HaloPSA writes into a webhook: one occurrence, small, full or bare, alone or in a batch.
import { randomUUID } from 'node:crypto'
import { halo_time } from './clock.mjs'

// The text that HaloPSA writes for each kind; it renames them now and then, hence two for "changed".
export const EVENT_TEXTS = {
  created: 'new ticket logged',
  status_changed: 'ticket status changed',
  changed: 'ticket changed',
  updated: 'ticket updated',
  action_added: 'action added by agent',
  other: 'ticket watchers reshuffled',
}
// `custom` is what an admin made of it: the ticket's number stands in a member of its own.
export const PAYLOADS = ['small', 'full', 'event_only', 'custom']
export const BATCHES = ['array', 'wrapper']

const MESSAGES = {
  created: (number) => `A new Ticket has been logged with ID: ${number}`,
  status_changed: (number) => `The status has been changed for Ticket ID: ${number}.`,
  changed: (number) => `The Ticket with ID: ${number} has been changed.`,
  updated: (number) => `The Ticket with ID: ${number} has been updated.`,
  action_added: (number) => `An Action has been added by an Agent to Ticket ID: ${number}`,
  other: (number) => `The watchers of Ticket ID: ${number} were reshuffled.`,
}
const NOTIFICATION_IDS = {
  created: 41,
  status_changed: 42,
  changed: 43,
  updated: 43,
  action_added: 44,
  other: 45,
}
const SUMMARY = 'L’imprimante du 3ᵉ étage ne répond plus 🖨️ – «Zürich» 東京'
const FULL_SIZE = 110 * 1024

// One occurrence as an object. `webhook_id` is the webhook's; `now_ms` the time of the occurrence. `ticket`
// and `action`: those that it is about, where they are real; else they are made up.
export function make_occurrence({
  kind = 'created',
  payload = 'small',
  ticket_id = 4242,
  agent_id = 3,
  webhook_id,
  notification_id = NOTIFICATION_IDS[kind],
  now_ms = Date.now(),
  ticket = null,
  action = null,
}) {
  if (!(kind in EVENT_TEXTS)) throw new Error(`kind is one of ${Object.keys(EVENT_TEXTS).join(', ')}`)
  if (!PAYLOADS.includes(payload)) throw new Error(`payload is one of ${PAYLOADS.join(', ')}`)
  const occurrence = {
    id: randomUUID(),
    webhook_id,
    notification_id,
    escmsg_id: randomUUID(),
    event: EVENT_TEXTS[kind],
    message: MESSAGES[kind](String(ticket_id).padStart(7, '0')),
    object_id: ticket_id,
    agent_id,
    timestamp: halo_time(now_ms),
  }
  if (payload === 'custom') {
    const { object_id, message, ...rest } = occurrence
    return { ...rest, data: { ticket: { id: object_id }, text: message } }
  }
  if (payload !== 'event_only') {
    const made_up =
      payload === 'full' ? full_ticket(ticket_id, agent_id, now_ms) : small_ticket(ticket_id, agent_id)
    occurrence.ticket = ticket ? real_ticket(made_up, ticket) : made_up
    if (kind === 'action_added') occurrence.action = action ?? make_action(ticket_id, now_ms)
  }
  return occurrence
}

function small_ticket(id, agent_id) {
  return {
    id,
    summary: SUMMARY,
    status_id: 9,
    tickettype_id: 25,
    client_id: 1,
    team_id: 5,
    agent_id,
    customfields: [],
    hasbeenclosed: false,
  }
}

// A real one has the members that the payload gives.
const real_ticket = (made_up, ticket) =>
  Object.fromEntries(Object.entries(made_up).map(([name, value]) => [name, ticket[name] ?? value]))

function make_action(ticket_id, now_ms) {
  return {
    id: 7,
    ticket_id,
    outcome: 'Private Note',
    outcome_id: 7,
    who: 'Agent Smith',
    who_agentid: 3,
    datetime: halo_time(now_ms),
    note: 'Looked at the spooler 👀',
    note_html: '<p>Looked at the spooler 👀</p>',
    hiddenfromuser: true,
  }
}

function full_ticket(id, agent_id, now_ms) {
  const said = 'the user says “it \\ just / stopped”, tab\there, see \u00e9\u00e8 & <b>log</b>'
  const paragraph = `<p>${SUMMARY}: ${said}.</p>`
  return {
    ...small_ticket(id, agent_id),
    priority_id: 3,
    site_id: 18,
    user_id: 77,
    user_name: 'Zoë O’Neill',
    dateoccurred: halo_time(now_ms),
    lastactiondate: halo_time(now_ms),
    dateclosed: '1900-01-01T00:00:00',
    details: SUMMARY,
    details_html: paragraph.repeat(Math.ceil(FULL_SIZE / Buffer.byteLength(paragraph))),
    customfields: Array.from({ length: 20 }, (_, i) => ({
      id: 100 + i,
      name: `CFfield${i}`,
      label: `Field ${i}`,
      value: i % 3 ? `v${i}` : null,
    })),
  }
}

// The same occurrence in another delivery: HaloPSA keeps `escmsg_id`, and most likely makes a new `id`.
export const repeat_occurrence = (occurrence) => ({ ...occurrence, id: randomUUID() })

// The bytes of one delivery. `batch`: null for one object, else how the occurrences are wrapped.
export function encode_body(occurrences, batch = null) {
  if (batch === null) return Buffer.from(JSON.stringify(occurrences[0]))
  if (!BATCHES.includes(batch)) throw new Error(`batch is one of ${BATCHES.join(', ')}`)
  return Buffer.from(
    JSON.stringify(batch === 'array' ? occurrences : { count: occurrences.length, events: occurrences }),
  )
}
