// The setup guide, mended by one press on a HaloPSA that has nothing of Mizo but its agent and application,
// and a real ticket's way there and back.
import { looked, mend } from '../end_to_end/support/checks.mjs'
import { until } from '../practice/support/until.mjs'
import { print_table } from './table.mjs'

const WITHIN_MS = 150_000

// Looks, chooses the ticket types as an admin would, and mends all; gives how it was before.
export async function mend_guide(world) {
  const { items: before } = await looked(world)
  const { items } = await world.admin.get('/halo/ticket-types')
  await world.admin.patch('/settings', { 'scope.ticket_types': items.map(({ id }) => `${id}`) })
  await looked(world)
  await mend(world, '/checks/fix-all', { dry_run: false })
  return before
}

// The guide before and after, check by check; gives what is not right, in words.
export async function show_guide(world, before) {
  const { items: after } = await looked(world)
  const verdict_before = Object.fromEntries(before.map(({ id, verdict }) => [id, verdict]))
  print_table(
    ['section', 'check', 'before', 'now', 'found'],
    after.map((check) => [
      check.section,
      check.id,
      verdict_before[check.id],
      check.verdict,
      words_of(check.found).slice(0, 60),
    ]),
  )
  return after
    .filter(({ verdict }) => verdict !== 'right')
    .map(({ id, verdict, found }) => `check ${id}: ${verdict}: ${words_of(found)}`)
}

// A ticket made in HaloPSA by the relay, followed to Mizo and back, and resolved; gives what went wrong.
export async function follow_test_ticket(world) {
  await world.admin.post('/test-ticket', { clean_up: false })
  const test = await until(
    async () => {
      const view = await world.admin.get('/test-ticket')
      return view.state !== 'running' && view
    },
    { what: 'the test ticket has come back', timeout_ms: WITHIN_MS, poll_ms: 20 },
  )
  print_table(
    ['stage', 'result', 'ms', 'what'],
    test.stages.map((stage) => [stage.stage, stage.result, stage.took_ms, stage.text]),
  )
  if (test.state !== 'passed') return [`the test ticket: ${test.state}`]
  if (test.stages.find(({ stage }) => stage === 'insight').result !== 'ok')
    return ['the test ticket: no insight came back']
  const insight = await world.admin.get(`/insights/${test.ticket}`)
  console.log(`\nTicket ${test.ticket} came back in ${test.total_ms} ms with the insight “${insight.title}”:`)
  for (const { heading, markdown } of insight.sections)
    console.log(`  ${heading}: ${markdown.split('\n')[0]}`)
  return resolve_ticket(world, test.ticket)
}

// Mizo resolves the ticket by the guide's action, through the relay; gives what went wrong.
async function resolve_ticket({ admin, cloud, halo }, id) {
  await admin.patch('/settings', { 'automation.resolve': true })
  cloud.assistant.resolve(id)
  const answer = () =>
    cloud.assistant.answers.find((each) => each.ticket_id === id && each.what === 'resolved')
  const { status, error } = await until(answer, { what: 'Mizo has resolved it', timeout_ms: WITHIN_MS })
  const ticket = halo.instance.tickets.get(id)
  const action = halo.instance.actions_of(id).find(({ outcome }) => outcome === 'Mizo resolve')
  if (!action || !ticket.hasbeenclosed) return [`ticket ${id} is not resolved: ${error ?? status}`]
  console.log(`${action.who} has closed it with “${action.outcome}”, as Mizo asked through the relay.`)
  return []
}

const words_of = (found) => found?.text ?? ''
