// The account of a run: what HaloPSA was told is stored must be at Mizo, once.
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'

export const sha256 = (bytes) => createHash('sha256').update(bytes).digest('hex')

// `acked_hashes`: of the bodies (one event each) that were answered 200. `arrivals`: what the cloud has, with `id`
// and `sha256`. Gives what is wrong: bodies that never came, and bodies that came as more than one event.
export function audit(acked_hashes, arrivals) {
  const ids_of = new Map()
  for (const { sha256: hash, id } of arrivals) {
    if (!ids_of.has(hash)) ids_of.set(hash, new Set())
    ids_of.get(hash).add(id)
  }
  return {
    acked: acked_hashes.length,
    arrived: arrivals.length,
    events: [...ids_of.values()].reduce((sum, ids) => sum + ids.size, 0),
    lost: acked_hashes.filter((hash) => !ids_of.has(hash)),
    doubled: [...ids_of].filter(([, ids]) => ids.size > 1).map(([hash]) => hash),
  }
}

// Rows of HaloPSA's log and the cloud's arrivals: nothing lost, nothing twice.
export function assert_balanced(rows, arrivals) {
  const acked = rows
    .filter(({ responsestatus }) => responsestatus === 200)
    .map(({ requestbody_base64 }) => sha256(Buffer.from(requestbody_base64, 'base64')))
  const { lost, doubled } = audit([...new Set(acked)], arrivals)
  assert.deepEqual({ lost, doubled }, { lost: [], doubled: [] })
}
