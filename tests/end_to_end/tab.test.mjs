// The ticket tab in a real browser, as a frame in the page where HaloPSA's agents work.
import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, beforeEach, describe, it } from 'node:test'
import { until } from '../practice/support/until.mjs'
import { sign_agent } from '../practice/halopsa/tab_link.mjs'
import { Browser, why_no_browser } from './support/browser.mjs'
import { open_session } from './support/tab_calls.mjs'
import { World } from './support/world.mjs'

const AGENT = 3
const IN_AN_HOUR = () => new Date(Date.now() + 3_600_000).toISOString()
// Kept where this names a folder, else made in a temporary one.
const kept = process.env.MIZO_SCREENSHOTS

const insight = (ticket_id, revision, more = {}) => ({
  t: 'insight',
  ticket_id,
  revision,
  title: 'Likely a loose fuser in the printer on the 2nd floor',
  sections: [
    {
      heading: 'Summary',
      markdown:
        'Anna reports **grinding noises** since this morning. The same printer had a *fuser fault* in ' +
        'March ([knowledge base](https://kb.example.net/fuser?id=7&x=1)).',
    },
    {
      heading: 'To do',
      markdown:
        '1. Ask whether the noise comes while it is idle\n2. Power it off for ten minutes\n' +
        '3. Run `snmpget -v2c -c public 10.0.0.7`\n\n> Do not open it while it is hot.',
    },
  ],
  actions: [
    { id: 'assign', label: 'Assign to hardware team' },
    { id: 'ask', label: 'Ask Anna for a photo' },
  ],
  expires_at: IN_AN_HOUR(),
  ...more,
})

describe('the ticket tab', { skip: why_no_browser ?? false }, () => {
  let world
  let browser
  let page
  let ticket
  let screenshots
  before(async () => {
    screenshots = kept ?? mkdtempSync(join(tmpdir(), 'mizo-screens-'))
    world = await World.start({ halo: { guide: 'done' } })
    browser = await Browser.open(world.halo.url)
    ;({ page } = browser)
    browser.allow(`127.0.0.1:${world.daemon.webhook_port}`)
  })
  after(async () => {
    await browser?.close()
    await world?.close()
    if (!kept) rmSync(screenshots, { recursive: true, force: true })
  })
  beforeEach(() => {
    ticket = world.halo.add_ticket({ summary: 'Printer on the 2nd floor grinds', tickettype_id: 25 }).id
  })

  const tab = () => page.frameLocator('iframe[title="Mizo"]')
  const open_ticket = () => browser.go(`/agents/tickets/${ticket}?agent=${AGENT}`)
  const at_mizo = () =>
    until(() => world.frames().some(({ event }) => event.subject === `ticket/${ticket}`), {
      what: 'the ticket is at Mizo',
    })
  const pressed = () =>
    world.cloud.recorder
      .last_frames(1000)
      .map(({ text }) => JSON.parse(text))
      .filter(({ t }) => t === 'tab_action')
  const shoot = (name) =>
    page.locator('iframe[title="Mizo"]').screenshot({ path: join(screenshots, `${name}.png`) })
  it('waits honestly, and fills itself when Mizo speaks', async () => {
    await at_mizo()
    await open_ticket()
    await tab().getByRole('heading', { name: 'Mizo has this ticket' }).waitFor()
    await tab().getByText('Ticket logged').waitFor()
    await tab().getByText(/with Mizo at/).first().waitFor()
    await shoot('tab-waiting')
    world.cloud.send(insight(ticket, 1))
    await tab().getByRole('heading', { name: /loose fuser/ }).waitFor()
    await shoot('tab-insight')
    world.cloud.send(insight(ticket, 2, { title: 'It was the paper tray' }))
    await tab().getByRole('heading', { name: 'It was the paper tray' }).waitFor({ timeout: 15_000 })
    assert.deepEqual(browser.faults, [])
  })

  it('shows Markdown without anything that could act or load', async () => {
    const hostile =
      'See <script>window.top.hacked = 1</script> [x](javascript:alert(1)) ' +
      '![pixel](https://tracker.example/p.png) <img src=x onerror="window.hacked=1"> ' +
      '[safe](https://kb.example.net)'
    world.cloud.send(insight(ticket, 1, { sections: [{ heading: '<b>Heading</b>', markdown: hostile }] }))
    await open_ticket()
    await tab().getByText('<b>Heading</b>').waitFor()
    await tab().getByText(/<script>window.top.hacked/).waitFor()
    assert.equal(await tab().locator('script:not([src]), img, iframe, form').count(), 0)
    const links = tab().locator('.prose a')
    assert.equal(await links.count(), 1)
    assert.equal(await links.getAttribute('rel'), 'noopener noreferrer nofollow')
    assert.equal(await page.evaluate(() => window.hacked), undefined)
    assert.deepEqual(browser.faults, [], 'no request to any other host')
  })

  it('carries a button to Mizo once, and shows what Mizo answers', async () => {
    world.cloud.send(insight(ticket, 1))
    await open_ticket()
    const before_it = pressed().length
    await tab().getByRole('button', { name: 'Assign to hardware team' }).dblclick()
    await tab().getByText('Done.').waitFor()
    await shoot('tab-done')
    const frames = pressed().slice(before_it)
    assert.equal(frames.length, 1)
    const { ticket_id, agent_id, action_id } = frames[0]
    assert.deepEqual([ticket_id, agent_id, action_id], [ticket, AGENT, 'assign'])
    const [ended, begun] = (await world.admin.get('/audit?limit=2')).items
    assert.deepEqual([begun.action, ended.action], ['tab_action', 'tab_action_done'])
    assert.equal(begun.actor, 'agent')
    assert.equal(begun.args.label, 'Assign to hardware team')
    assert.equal(ended.args.outcome, 'done')
    world.assert_contract_kept()
  })

  it('says that Mizo did not do it, and why; another button can be pressed', async (t) => {
    t.after(() => world.cloud.fault({ fault: 'clear' }))
    world.cloud.send(insight(ticket, 1))
    const text = 'Nobody of the <b>hardware team</b> is on duty.'
    world.cloud.fault({ fault: 'tab_answer', ok: false, code: 'nobody_there', text })
    await open_ticket()
    await tab().getByRole('button', { name: 'Assign to hardware team' }).click()
    const outcome = tab().getByRole('status')
    await outcome.getByText('Mizo did not do this.').waitFor()
    await outcome.getByText(text).waitFor()
    assert.equal(await tab().locator('.note.error').count(), 1)
    await shoot('tab-not-done')
    const [ended] = (await world.admin.get('/audit?limit=1')).items
    const { ok, outcome: code } = ended.args
    assert.deepEqual([ended.action, ok, code], ['tab_action_done', false, 'nobody_there'])
    world.cloud.fault({ fault: 'tab_answer', ok: true })
    await tab().getByRole('button', { name: 'Ask Anna for a photo' }).click()
    await outcome.getByText('Done.').waitFor()
    assert.equal(await outcome.getByText('Mizo did not do this.').count(), 0)
    assert.deepEqual(browser.faults, [])
    world.assert_contract_kept()
  })

  it('can be used with the keyboard alone', async () => {
    world.cloud.send(insight(ticket, 1))
    await open_ticket()
    await tab().getByRole('button', { name: 'Ask Anna for a photo' }).focus()
    await page.keyboard.press('Enter')
    await tab().getByText('Done.').waitFor()
    const focused = tab().locator(':focus')
    assert.equal(await focused.innerText(), 'Ask Anna for a photo', 'the focus stays where it was')
  })

  it('shows an expired insight as such, without its buttons', async () => {
    world.cloud.send(insight(ticket, 1, { expires_at: new Date(Date.now() - 1000).toISOString() }))
    await open_ticket()
    await tab().getByText('This view has expired').waitFor()
    assert.equal(await tab().getByRole('button').count(), 0)
    await shoot('tab-expired')
  })

  it('is the same for the admin, who sees the Markdown besides', async () => {
    world.cloud.send(insight(ticket, 7))
    const shown = await world.admin_until(() => world.admin.get(`/insights/${ticket}`).catch(() => null))
    assert.equal(shown.revision, 7)
    assert.match(shown.sections[0].markdown, /\*\*grinding noises\*\*/)
    assert.match(shown.sections[0].html, /<strong>grinding noises<\/strong>/)
    const state = await world.admin.get('/tab')
    assert.equal(state.url_template, `${state.url}?agentId=$LOGGEDINAGENTID&hmac=$HMAC&ticketId=$FAULTID`)
    assert.equal(state.allowed_origin, world.halo.url)
    assert.ok(state.opened > 0)
  })

  it('speaks French, in the dark, and in a narrow frame', async () => {
    world.cloud.send(insight(ticket, 1))
    await world.admin.patch('/settings', { 'ui.language': 'fr' })
    try {
      await open_ticket()
      await tab().getByText('Ce que Mizo peut faire maintenant').waitFor()
      await shoot('tab-french')
      await page.emulateMedia({ colorScheme: 'dark' })
      await shoot('tab-french-dark')
      for (const width of [200, 260, 400]) {
        await page.evaluate((to) => {
          document.querySelector('iframe[title="Mizo"]').style.width = `${to}px`
        }, width)
        const frame = page.frames().find((each) => each.url().includes('/tab?'))
        const wider = await frame.evaluate(
          () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
        )
        assert.equal(wider, 0, `${width} px`)
        if (width === 260) await shoot('tab-narrow-dark')
      }
      await page.emulateMedia({ colorScheme: 'light' })
    } finally {
      await world.admin.patch('/settings', { 'ui.language': null })
    }
  })

  it('says what is wrong with a link, and shows nothing of the ticket', async () => {
    world.cloud.send(insight(ticket, 1))
    const right = world.halo.tab_url(ticket, AGENT)
    const forged = right.replace(/hmac=[^&]+/, `hmac=${encodeURIComponent(sign_agent(AGENT, 'another'))}`)
    const messages = [
      [forged, 'HaloPSA and the relay know different secrets'],
      [world.halo.guide.tab.url, 'HaloPSA did not fill in this tab’s address'],
      [right.replace(`ticketId=${ticket}`, 'ticketId=999999'), 'The relay may not see this ticket'],
    ]
    for (const [url, message] of messages) {
      await page.goto(url)
      await page.getByRole('heading', { name: message }).waitFor()
      assert.doesNotMatch(await page.innerText('main'), /fuser|Printer/)
    }
    browser.faults.length = 0 // the browser itself tells of the refusals
  })

  it('takes each way in which HaloPSA may write its link', async () => {
    const { halo } = world
    for (const behaviour of [
      { tab_values: 'bare' },
      { tab_alphabet: 'url_safe' },
      { tab_padding: 'cut' },
      { tab_values: 'bare', tab_padding: 'cut' },
    ]) {
      halo.behave({ tab_values: 'encoded', tab_alphabet: 'standard', tab_padding: 'kept', ...behaviour })
      // Of several agents, so that every character of base64 comes by.
      for (const agent of [AGENT, 4, 5]) {
        const link = new URL(halo.tab_url(ticket, agent)).search.slice(1)
        const { status, code } = await open_session(world, link)
        assert.ok(status === 201 || code === 'tab_agent_refused', `${JSON.stringify(behaviour)} ${code}`)
      }
    }
    halo.behave({ tab_values: 'encoded', tab_alphabet: 'standard', tab_padding: 'kept' })
  })

  it('is not shown in a frame of another origin', async () => {
    const url = world.halo.tab_url(ticket, AGENT)
    const frame = `<iframe src="${url.replaceAll('&', '&amp;')}">`
    const elsewhere = createServer((_, response) =>
      response.writeHead(200, { 'Content-Type': 'text/html' }).end(frame),
    )
    await new Promise((resolve) => elsewhere.listen(0, '127.0.0.1', resolve))
    try {
      browser.faults.length = 0
      browser.allow(`127.0.0.1:${elsewhere.address().port}`)
      await page.goto(`http://127.0.0.1:${elsewhere.address().port}/`)
      await until(() => browser.faults.some((fault) => /frame-ancestors/.test(fault)), {
        what: 'the browser refuses the frame',
      })
      assert.equal(await page.frameLocator('iframe').locator('main').count(), 0)
    } finally {
      browser.faults.length = 0
      elsewhere.close()
    }
  })

  it('tells an agent that there is no connection to Mizo, and sends nothing', async () => {
    world.cloud.send(insight(ticket, 1))
    await open_ticket()
    await tab().getByRole('heading', { name: /loose fuser/ }).waitFor()
    await world.cloud.close()
    await world.link_is(({ state }) => state !== 'live')
    await tab().getByRole('button', { name: 'Assign to hardware team' }).click()
    await tab().getByText('No connection to Mizo: nothing was sent').waitFor()
    await shoot('tab-link-down')
    const other = world.halo.add_ticket({ summary: 'Another', tickettype_id: 25 }).id
    await browser.go(`/agents/tickets/${other}?agent=${AGENT}`)
    await tab().getByRole('heading', { name: 'No connection to Mizo at the moment' }).waitFor()
    await world.start_cloud()
    await world.linked()
    await tab().getByRole('heading', { name: 'Mizo has this ticket' }).waitFor()
    browser.faults.length = 0
  })

  it('says so while HaloPSA cannot be asked, and goes on by itself', async () => {
    const { halo } = world
    world.cloud.send(insight(ticket, 1))
    const fault = { on: `GET /api/Tickets/${ticket}`, kind: 'status', status: 500, times: 1 }
    halo.fault(fault)
    await open_ticket()
    await tab().getByRole('heading', { name: 'HaloPSA does not answer the relay' }).waitFor()
    await shoot('tab-halo-down')
    await tab().getByRole('heading', { name: /loose fuser/ }).waitFor({ timeout: 15_000 })
    browser.faults.length = 0
  })

  it('leaves nothing of any link in the log', async () => {
    const link = new URL(world.halo.tab_url(ticket, AGENT)).searchParams.get('hmac')
    const log = world.daemon.lines.join('\n')
    assert.ok(!log.includes(link) && !log.includes(encodeURIComponent(link)))
    assert.doesNotMatch(log, /hmac=/)
  })
})
