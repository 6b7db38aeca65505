// Steps that the tests of the link share.
import { until } from '../../practice/support/until.mjs'

export const sessions_of = (world) => world.cloud.live_sessions().map(({ session }) => session)

// The link has come back by itself: another session than those before is live.
export async function comes_back(world, earlier, timeout_ms = 15_000) {
  const back = () => sessions_of(world).some((session) => !earlier.includes(session))
  await until(back, { what: 'the relay connects again', timeout_ms })
  await world.linked()
}

// The admin presses "retry now".
export async function retry(world) {
  await world.admin.post('/link/retry')
  await world.linked()
}
