// The account of a run: what HaloPSA was told is stored must be at Mizo, once.
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'

export const sha256 = (bytes) => createHash('sha256').update(bytes).digest('hex')

// An occurrence is known by its escmsg_id, which stays over retries; a body without one by its bytes.
export const key_of_arrival = ({ dedupkey, sha256: hash }) => /^escmsg:([^:]+):/.exec(dedupkey)?.[1] ?? hash

// `acked`: keys of what was answered 200. `arrivals`: what the cloud has, with `id`, `sha256` and `dedupkey`.
// Gives the keys of what never came, and of what came as more than one event.
export function audit(acked, arrivals) {
  const ids_of = new Map()
  for (const arrival of arrivals) {
    const key = key_of_arrival(arrival)
    if (!ids_of.has(key)) ids_of.set(key, new Set())
    ids_of.get(key).add(arrival.id)
  }
  return {
    lost: acked.filter((key) => !ids_of.has(key)),
    doubled: [...ids_of].filter(([, ids]) => ids.size > 1).map(([key]) => key),
  }
}

const keys_of_row = ({ escmsg_ids, requestbody_base64 }) =>
  escmsg_ids.length > 0 ? escmsg_ids : [sha256(Buffer.from(requestbody_base64, 'base64'))]

// Rows of HaloPSA's log and the cloud's arrivals: nothing lost, nothing twice.
export function assert_balanced(rows, arrivals) {
  const acked = rows.filter(({ responsestatus }) => responsestatus === 200).flatMap(keys_of_row)
  assert.deepEqual(audit([...new Set(acked)], arrivals), { lost: [], doubled: [] })
}
