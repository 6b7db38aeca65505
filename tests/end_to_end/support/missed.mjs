// What HaloPSA could not deliver, and how it arrives all the same.
import assert from 'node:assert/strict'
import { until } from '../../practice/support/until.mjs'
import { World } from './world.mjs'

export const MINUTE = 60_000
export const SLOW = { timeout_ms: 40_000 }

// HaloPSA gives up at once, so that only what the relay does by itself can bring anything.
export const no_retries = { retry: { attempts_max: 1 } }

// An hour of work in HaloPSA: tickets, some changed, some worked on. Gives what happened, in words.
async function an_hour_of_work(halo, count = 12) {
  const happened = []
  for (let i = 0; i < count; i += 1) {
    halo.advance((60 * MINUTE) / count)
    const { id } = halo.add_ticket({ summary: `Missed ${i}` })
    happened.push(`created ${id}`)
    if (i % 3 === 0) {
      halo.advance(20_000)
      const { id: action } = halo.add_action(id, { note: `Note ${i}` })
      happened.push(`action_added ${id} ${action}`)
    }
    if (i % 4 === 0) {
      halo.advance(20_000)
      halo.change_ticket(id, { client_id: 18 })
      happened.push(`changed ${id}`)
    }
  }
  const tried = () => halo.status().pending === 0
  await until(tried, { what: 'HaloPSA has tried to deliver everything', timeout_ms: 20_000 })
  return happened
}

const document_of = ({ event }) => JSON.parse(Buffer.from(event.data_base64, 'base64'))

// An event of the cloud in the same words.
function words_of(frame) {
  const kind = frame.event.type.replace('com.halopsa.ticket.', '')
  const ticket = frame.event.subject.replace('ticket/', '')
  const action = kind === 'action_added' ? ` ${document_of(frame).action.id}` : ''
  return `${kind} ${ticket}${action}`
}

const sorted = (list) => [...list].sort()

// Waits until everything that happened is at the cloud, and makes sure that nothing is there twice.
export async function arrived(world, happened) {
  const words = () => world.frames().map(words_of)
  await until(() => happened.every((each) => words().includes(each)), {
    what: 'everything that happened is at the cloud',
    ...SLOW,
  })
  await world.drained()
  assert.deepEqual(sorted(words()), sorted(happened))
  world.assert_contract_kept()
}

export const reconciled = (world, fits = () => true) =>
  world.admin_until(
    async () => {
      const view = await world.admin.get('/reconcile')
      return !view.running && view.last_run?.state === 'done' && fits(view) && view
    },
    { what: 'what was missed was looked for', ...SLOW },
  )

export async function look_again(world, from) {
  const before = (await world.admin.get('/reconcile')).last_run?.ended_at
  await world.admin.post('/reconcile', { from: new Date(from).toISOString() })
  return reconciled(world, ({ last_run }) => last_run.ended_at !== before && last_run.reason === 'admin')
}

// The daemon was there, went away for an hour of work, and is back.
export async function after_an_hour_away({ halo, prepare = () => {} }, test) {
  await World.within({ halo }, async (world) => {
    world.halo.set_webhook(no_retries)
    await reconciled(world)
    const first = world.halo.add_ticket({ summary: 'Seen live' })
    await arrived(world, [`created ${first.id}`])
    prepare(world)
    const began = Date.now()
    await world.daemon.stop()
    const happened = [`created ${first.id}`, ...(await an_hour_of_work(world.halo))]
    await world.daemon.restart()
    await world.linked()
    await test(world, happened, began)
  })
}
