// The guide's steps through the API: each can be done by it, is shown by it, and can be undone by hand.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { temporary_folder } from '../support/temporary.mjs'
import { start_caller } from '../support/test_halo.mjs'
import { make_pfx } from '../support/test_pfx.mjs'
import { MISTAKES } from './mistakes.mjs'

test('before the guide there is nothing of Mizo but its agent and application; after it, all', async (t) => {
  const { halo, api } = await start_caller(t, { rights: 'admin' })
  const names = async (path, member) => (await api('GET', path)).map((row) => row[member])
  const found = async () => [
    (await names('/Tabs', 'name')).includes('Mizo'),
    (await names('/Webhook?type=0', 'name')).includes('Mizo ticket webhook'),
    (await names('/Outcome?showhidden=true&excludesystemactions=true', 'outcome')).includes('Mizo resolve'),
    (await api('GET', '/TicketType/25?includedetails=true')).allowed_iframe_customtabs.length === 1,
    (await api('GET', `/Notification?webhook_id=${halo.webhook.id}`)).length === 5,
  ]
  assert.deepEqual(await found(), [false, false, false, false, false])
  halo.guide.do()
  assert.deepEqual(await found(), [true, true, true, true, true])
  halo.guide.undo('outcome')
  halo.guide.undo('events')
  assert.deepEqual(await found(), [true, true, false, true, false])
  halo.guide.undo()
  assert.deepEqual(await found(), [false, false, false, false, false])
  assert.throws(() => halo.guide.do('nonsense'), /tab, ticket_types/)
})

// What the API shows of all that the guide is about.
async function shown(api, halo) {
  const paths = [
    ...[
      '/Agent/me',
      '/Application',
      '/Tabs',
      '/TicketType/3?includedetails=true',
      `/Webhook/${halo.webhook.id}`,
    ],
    `/Notification?webhook_id=${halo.webhook.id}`,
    ...['/Outcome', '/Outcome/901?includedetails=true'],
  ]
  return JSON.stringify(await Promise.all(paths.map((path) => api('GET', path))))
}

for (const name of Object.keys(MISTAKES))
  test(`a mistake of an admin, ${name}, is seen through the API, but of a secret`, async (t) => {
    const { halo, api } = await start_caller(t, { guide: 'done', rights: 'admin' })
    halo.set_webhook({ certificate_id: 1, url: 'http://127.0.0.1:9/' })
    const before = await shown(api, halo)
    halo.guide.mistake(name)
    assert.equal((await shown(api, halo)) === before, name === 'tab_other_secret')
  })

test('agents: API-only and disabled ones only where they are asked for', async (t) => {
  const { api } = await start_caller(t)
  const names = async (query) => (await api('GET', `/Agent${query}`)).map(({ name }) => name)
  assert.ok(!(await names('')).includes('Mizo Agent'))
  const all = await names('?includeapiagents=true&includedisabled=true')
  for (const name of ['Unassigned', 'Mizo Agent', 'Former Agent']) assert.ok(all.includes(name))
})

test('the application shows its permissions and its agent, and never its secret', async (t) => {
  const { halo, api } = await start_caller(t, { rights: 'admin' })
  const [own] = await api('GET', '/Application')
  assert.deepEqual([own.clientId, own.loginas_agent_name], [halo.client_id, 'Mizo Agent'])
  assert.ok(own.scopes.some(({ name }) => name === 'edit:tickets'))
  assert.ok(!JSON.stringify(own).includes(halo.client_secret))
  const changed = await api('POST', '/Application', { id: own.id, scopes: [{ id: 'admin', name: 'admin' }] })
  assert.deepEqual(changed.scopes, [{ id: 'admin', name: 'admin' }])
})

test('a tab’s secret is written and never read; ticket types take the tab by its id', async (t) => {
  const { halo, api, refused } = await start_caller(t, { rights: 'admin' })
  const tab = await api('POST', '/Tabs', { name: 'Mizo', url: 'https://r/tab', new_iframe_secret: 'hidden' })
  assert.equal(tab.new_iframe_secret, undefined)
  assert.equal(halo.instance.tabs.get(tab.id).new_iframe_secret, 'hidden')
  await api('POST', '/TicketType', { id: 1, allowed_iframe_customtabs: [{ iframetab_id: tab.id }] })
  const type = await api('GET', '/TicketType/1?includedetails=true')
  const [link] = type.allowed_iframe_customtabs
  assert.deepEqual([link.tickettype_id, link.iframetab_name, type.name], [1, 'Mizo', 'Incident'])
  assert.equal((await api('GET', '/TicketType/1')).allowed_iframe_customtabs, undefined)
  const unknown = { id: 2, allowed_iframe_customtabs: [{ iframetab_id: 99 }] }
  assert.equal((await refused('POST', '/TicketType', unknown)).status, 404)
})

test('an outcome is made whole; the list leaves its fields out', async (t) => {
  const { api } = await start_caller(t, { rights: 'admin' })
  const fields = [{ fieldid: 9, fieldname: 'Private Note' }]
  const { id } = await api('POST', '/Outcome', { outcome: 'Mizo resolve', newstatus: 9, fields })
  assert.deepEqual((await api('GET', `/Outcome/${id}?includedetails=true`)).fields, fields)
  assert.equal((await api('GET', '/Outcome')).find((row) => row.id === id).fields, undefined)
  await api('DELETE', `/Outcome/${id}`)
  assert.ok(!(await api('GET', '/Outcome?showhidden=true')).some((row) => row.id === id))
})

test('a certificate may want its PFX as an attachment', async (t) => {
  const behaviour = { certificate_upload: 'attachment' }
  const { api, refused } = await start_caller(t, { rights: 'admin', behaviour })
  const { pfx, password } = make_pfx(temporary_folder(t), 'compatible')
  const data_base64 = pfx.toString('base64')
  const empty = await api('POST', '/Certificate', { name: 'Mizo', data_base64, new_password: password })
  assert.equal(empty.thumbprint, '')
  const file = await api('POST', '/Attachment', { filename: 'mizo.pfx', data_base64 })
  assert.deepEqual([file.filesize, file.data_base64], [pfx.length, undefined])
  const upload = { id: empty.id, attachment_id: file.id, new_password: password }
  assert.match((await api('POST', '/Certificate', upload)).thumbprint, /^[0-9A-F]{40}$/)
  assert.equal((await api('GET', '/Certificate')).length, 1)
  assert.equal((await refused('POST', '/Attachment', { filename: 'x' })).status, 400)
})

test('a certificate is uploaded, refused, or kept without its PFX', async (t) => {
  const { halo, api, refused } = await start_caller(t, { rights: 'admin' })
  const made = make_pfx(temporary_folder(t), 'compatible')
  const upload = { name: 'Mizo', attachment_name: 'mizo.pfx', data_base64: made.pfx.toString('base64') }
  const row = await api('POST', '/Certificate', { ...upload, new_password: made.password })
  assert.match(row.thumbprint, /^[0-9A-F]{40}$/)
  assert.deepEqual([row.subject, row.new_password, row.opened], ['CN=Mizo webhook', undefined, undefined])
  const wrong = await refused('POST', '/Certificate', { ...upload, new_password: 'wrong' })
  assert.match(wrong.text, /network password/)
  halo.behave({ certificate_upload: 'ignored' })
  assert.equal((await api('POST', '/Certificate', { ...upload, name: 'Other' })).thumbprint, '')
  halo.behave({ certificate_upload: 'refused' })
  assert.equal((await refused('POST', '/Certificate', upload)).status, 400)
})

test('Windows Server 2016 says of the modern form that the password is wrong', async (t) => {
  const { halo, api, refused } = await start_caller(t, { rights: 'admin', behaviour: { windows: '2016' } })
  const upload = ({ pfx, password }) => ({
    name: 'Mizo',
    data_base64: pfx.toString('base64'),
    new_password: password,
  })
  const modern = upload(make_pfx(temporary_folder(t), 'modern'))
  assert.match((await refused('POST', '/Certificate', modern)).text, /network password/)
  await api('POST', '/Certificate', upload(make_pfx(temporary_folder(t), 'compatible')))
  halo.behave({ windows: '2019' })
  await api('POST', '/Certificate', modern)
})

test('the event of an agent’s action is learnt from the lookup', async (t) => {
  const { api } = await start_caller(t)
  const events = await api('GET', '/Lookup?lookupid=64')
  const named = Object.fromEntries(events.map(({ id, name }) => [name, id]))
  assert.deepEqual([named['New Ticket Logged'], named['Ticket Status Changed']], [3, 76])
  assert.ok(named['Action added by Agent'] > 0)
})

test('the rest of the guide’s permissions open something', async (t) => {
  const scope = 'read:customers read:assets read:kb read:items read:calendar read:timesheet'
  const { api } = await start_caller(t, { scope })
  assert.equal((await api('GET', '/Client')).clients.length, 3)
  for (const path of ['/Site', '/Users', '/Asset', '/KBArticle', '/Item', '/Appointment', '/Timesheet'])
    await api('GET', path)
  assert.match((await api('GET', '/InstanceInfo')).version, /^2\./)
})
