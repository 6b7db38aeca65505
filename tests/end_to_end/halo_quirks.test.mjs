// HaloPSA differs between versions and tenants where nobody can say how: whichever way it is, the whole guide
// is mended, tickets come through, Mizo acts on them, and nothing is missed.
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { until } from '../practice/support/until.mjs'
import { AUTOMATION, note, request } from './support/agent_calls.mjs'
import { looked, mend } from './support/checks.mjs'
import { arrived, no_retries, reconciled } from './support/missed.mjs'
import { World } from './support/world.mjs'

const SECTION_6 = ['deliveries.answered', 'deliveries.stored', 'test_ticket']
const not_right = ({ items }) => items.filter(({ verdict }) => verdict !== 'right').map(({ id }) => id)

function in_world({ rights = 'admin', behaviour }, test) {
  const by_hand = rights === 'guide'
  const halo = { guide: by_hand ? 'done' : 'nothing', rights, behaviour }
  const settings = { ...AUTOMATION, 'poll.enabled': 'off' }
  return World.within({ halo, settings, certificate: by_hand }, async (world) => {
    world.halo.set_webhook(no_retries)
    await world.admin.patch('/settings', { 'scope.ticket_types': ['1', '2', '3', '4', '25'] })
    await test(world)
  })
}

async function guide_is_mended(world) {
  const { items } = await mend(world, '/checks/fix-all')
  const failed = items.filter(({ done }) => !done)
  assert.deepEqual(failed.map(({ id, error }) => [id, error]), [])
  const left = not_right(await looked(world)).filter((id) => !SECTION_6.includes(id))
  assert.deepEqual(left, [])
}

// A ticket that is made, changed and worked on; gives what happened, in words.
function a_ticket(halo) {
  const { id } = halo.add_ticket({ summary: 'It hums', tickettype_id: 25 })
  const { id: action } = halo.add_action(id)
  halo.change_ticket(id, { client_id: 18 })
  return { id, happened: [`created ${id}`, `action_added ${id} ${action}`, `changed ${id}`] }
}

// A ticket comes through, Mizo resolves another, and one of while the relay was away is not missed.
async function all_of_it_works(world) {
  await guide_is_mended(world)
  const { happened } = a_ticket(world.halo)
  await arrived(world, happened)

  await world.daemon.stop()
  const missed = a_ticket(world.halo)
  await until(() => world.halo.status().pending === 0, { what: 'HaloPSA has given up' })
  await world.daemon.restart()
  await world.linked()
  await arrived(world, [...happened, ...missed.happened])
  assert.equal((await reconciled(world)).way, 'delivery_log')
  const late = world.frames().slice(happened.length)
  assert.ok(late.every(({ event }) => event.origin === 'reconcile' && event.signature))

  const body = [{ ...note({ id: missed.id })[0], outcome: 'Mizo resolve' }]
  const resolved = await request(world, 'POST', 'Actions', { body })
  assert.equal(resolved.headers?.['mizo-status-verified'], 'true', JSON.stringify(resolved.error))
}

const QUIRKS = {
  'plain lists, bare times, 200 for what was made, headers of the log as JSON': {
    lists: 'plain',
    times: 'bare',
    post_status: 200,
    event_headers: 'json',
    errors: 'string',
  },
  'wrapped lists, headers of the log as an object, “ticket updated”, attachments': {
    lists: 'wrapped',
    event_headers: 'object',
    changed_text: 'updated',
    certificate_upload: 'attachment',
    errors: 'class_name',
  },
  'a Windows of 2016, and a token that lives for a minute': { windows: '2016', token_life_s: 65 },
}

describe('a HaloPSA with', { timeout: 300_000 }, () => {
  for (const [quirk, behaviour] of Object.entries(QUIRKS))
    it(quirk, () => in_world({ behaviour }, all_of_it_works))

  it('401 for a missing right: it is told as such, and no token is fetched for each', () =>
    in_world({ rights: 'guide', behaviour: { missing_right: 401, errors: 'result_code' } }, async (world) => {
      await looked(world)
      const tokens = () => world.halo.api_calls('POST /auth/token').length
      const before = tokens()
      const checks = await looked(world)
      const blind = checks.items.filter(({ verdict }) => verdict === 'unknown_rights')
      assert.ok(blind.some(({ id }) => id === 'webhook.url'))
      assert.ok(tokens() - before <= 1, `${tokens() - before} tokens`)
      const { id } = world.halo.add_ticket()
      await arrived(world, [`created ${id}`])
      assert.equal((await reconciled(world)).way, 'api')
    }))

  it('a small limit of calls: refusals are few, and all is seen once there is room', () =>
    in_world({ behaviour: { rate_limit: 10, rate_window_s: 20, retry_after: '5' } }, async (world) => {
      const limited = () => world.halo.api_calls().filter(({ status }) => status === 429).length
      await until(() => limited() > 0, { what: 'the limit is reached', timeout_ms: 60_000 })
      await looked(world)
      assert.ok(limited() < 30, `${limited()} calls were refused`)
      world.halo.behave({ rate_limit: 700 })
      const all_seen = async () =>
        (await looked(world)).items.every(({ found }) => found?.code !== 'check_unreadable')
      await until(all_seen, { what: 'everything could be read', timeout_ms: 60_000 })
    }))
})
