// A practice cloud in this process with one enrolled relay, for the cloud's own tests.
import { start_practice_cloud } from '../cloud/practice_cloud.mjs'
import { temporary_folder } from './temporary.mjs'
import { enroll, make_event } from './test_relay.mjs'

export async function start_cloud(t, options = {}) {
  const cloud = await start_practice_cloud({ folder: temporary_folder(t), ...options })
  t.after(() => cloud.close())
  const identity = await enroll(cloud.base_url, cloud.make_code())
  return { cloud, identity }
}

// Sends the events `from` to `to`; `made` keeps each frame, since an event's bytes never change.
export function send_events(relay, identity, from, to, made = new Map()) {
  for (let seq = from; seq <= to; seq += 1) {
    if (!made.has(seq)) made.set(seq, make_event(identity, seq))
    relay.send(made.get(seq))
  }
  return made
}

export const violation_kinds = (cloud) => cloud.violations().map(({ kind }) => kind)
