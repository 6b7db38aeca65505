// What Mizo asks of HaloPSA through the relay.
import { World } from './world.mjs'

export const AUTOMATION = Object.fromEntries(
  ['triage', 'dispatch', 'resolve', 'request_info'].map((name) => [`automation.${name}`, 'on']),
)

// A relay that may act on a HaloPSA where the guide is done.
export function in_world(test, { settings = {}, ...options } = {}) {
  return World.within({ halo: { guide: 'done' }, settings: { ...AUTOMATION, ...settings }, ...options }, test)
}

export const request = (world, method, path, more = {}) =>
  world.cloud.ask({ t: 'request', deadline_ms: 10_000, method, path, ...more })

export const note = (ticket, more = {}) => [
  { ticket_id: ticket.id, outcome: 'Private Note', note: 'Looked at it', sendemail: false, ...more },
]
